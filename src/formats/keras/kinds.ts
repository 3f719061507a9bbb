import { ACTIVATION_LAYERS } from './activations.js';
import type { Kind } from './kind.js';
import { NORMALIZATIONS } from './normalizations.js';
import { PLAIN } from './plain.js';
import { RECURRENT } from './recurrent.js';
import { WEIGHTED } from './weighted.js';

/** The layers of Keras that have a counterpart, by their classes. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ...WEIGHTED,
  ...NORMALIZATIONS,
  ...ACTIVATION_LAYERS,
  ...PLAIN,
  ...RECURRENT,
};
