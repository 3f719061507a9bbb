import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import type { Segment } from '../nn/parameters.js';

/** A selection of parameters: 'weights' (no biases, no normalization parameters), 'all', or by name. */
export type Only = 'weights' | 'all' | ((name: string) => boolean);

export function checkOnly(where: string, only: unknown): Only {
  if (only === 'weights' || only === 'all' || typeof only === 'function') return only as Only;
  throw new OptionError(
    `${where}: only is ${shown(only)}; it must be 'weights', 'all' or a function of the parameter's name`,
  );
}

/** The trainable parameters that are selected. */
export const selected = (segments: readonly Segment[], only: Only): Segment[] =>
  segments.filter(
    ({ name, kind, trainable }) =>
      trainable && (only === 'all' || (only === 'weights' ? kind === 'weight' : only(name))),
  );
