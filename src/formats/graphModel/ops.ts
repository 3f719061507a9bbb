import { ARITHMETIC } from './arithmetic.js';
import { LAYERS } from './layers.js';
import { RESIZES } from './resize.js';
import { SHAPES } from './shapes.js';
import type { Maker } from './site.js';

/** The operations of TensorFlow that have a counterpart. */
export const OPS: Readonly<Record<string, Maker>> = { ...LAYERS, ...ARITHMETIC, ...SHAPES, ...RESIZES };
