import { checkpoint, indexedDB } from '../checkpoint/index.js';
import { UnsupportedError } from '../errors.js';
import { bySignature, LAYERS, type Source, type Space } from '../io/configuration.js';
import * as losses from '../losses/index.js';
import * as metrics from '../metrics/index.js';
import * as optim from '../optim/index.js';
import * as regularize from '../regularize/index.js';

/** The namespaces of the library's public surface, through which all its factories are found by name. */
export interface Surface {
  readonly augment: object;
  readonly clip: object;
  readonly constrain?: object;
}

/** The arguments that factories outside of `nn` take before their options object, by factory name. */
const ARGUMENTS = new Set(['base', 'beta', 'c', 'k', 'lambda', 'name', 'parts', 'q', 'radius', 'schedule']);

const WAY_OUT = 'train with fit, in this thread, or use a factory of the library';
const elsewhere = (spaces: readonly Space[], leading: Source['leading']): Source => ({
  spaces,
  leading,
  own: (path, what) => new UnsupportedError(`${path} ${what}, which cannot be sent to a worker: ${WAY_OUT}`),
  unknown: (path, name) =>
    new UnsupportedError(`${path} is '${name}', which is not the library's and cannot be sent to a worker: ${WAY_OUT}`),
});

/** The source from which models are rebuilt. */
export const ofModels: Source = /*#__PURE__*/ elsewhere(LAYERS, bySignature);

/** The source from which an option of fit is rebuilt. Namespaces share some names; the option decides which namespace is meant. */
export function ofOption(option: string, surface: Surface): Source {
  const table: Readonly<Record<string, readonly object[]>> = {
    loss: [losses],
    metrics: [metrics],
    optimizer: [optim],
    groups: [optim],
    monitors: [optim],
    stop: [regularize],
    adversarial: [regularize],
    augment: [surface.augment],
    checkpoint: [{ checkpoint, indexedDB }],
  };
  // All other configurable options take rules.
  const spaces = table[option] ?? [surface.clip, surface.constrain ?? {}, regularize, optim];
  return elsewhere(spaces as readonly Space[], (_, entries) => {
    const own = entries.findIndex((name) => !ARGUMENTS.has(name));
    return own < 0 ? entries.length : own;
  });
}
