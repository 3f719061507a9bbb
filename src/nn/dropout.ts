import { inRange, oneOf } from '../options.js';
import { scale } from '../ops/arithmetic.js';
import { drop } from '../ops/random.js';
import { OptionError } from '../errors.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

export interface DropoutOptions extends Named {
  /** The probability that a unit is retained, which is 1 − p in libraries that take a drop rate p. Default 0.5. */
  keep?: number;
  /** `'train'` (default) divides by `keep` while training; `'test'` multiplies by it in evaluation, as in the paper. */
  scaling?: 'train' | 'test';
}

/** The checked options, with defaults filled in. */
export function dropoutOptions(where: string, options: DropoutOptions): Required<Omit<DropoutOptions, 'name'>> {
  checkOptions(where, options, ['keep', 'scaling']);
  const keep = inRange(where, 'keep', options.keep ?? 0.5, 0, 1);
  if (keep === 0)
    throw new OptionError(
      `${where}: keep is 0, which retains no unit; keep is the probability of being retained, above 0`,
    );
  return { keep, scaling: oneOf(where, 'scaling', options.scaling ?? 'train', ['train', 'test']) };
}

/** Removes units at random while training (Srivastava et al. 2014). Masks come from counters, so they are the same for any
 *  number of threads, and are drawn again instead of stored for the gradient. */
export function dropout(options: DropoutOptions = {}): CallableLayer {
  const { keep, scaling } = dropoutOptions('dropout', options);
  return layer({
    config: { name: 'dropout', options: { keep, scaling, ...named(options) } },
    call(x, _, context) {
      if (keep === 1) return x;
      if (!context.noisy) return scaling === 'test' ? scale(x, keep) : x;
      const { draw, step } = context.draw();
      return drop(x, keep, scaling === 'train' ? 1 / keep : 1, draw, step);
    },
  });
}
