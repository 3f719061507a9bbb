import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { abs } from '../ops/elementary.js';
import { mul } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { TINY } from './tiny.js';

/** A step's scalars, one by one. */
export const numbers = (scalars: Tensor): Tensor[] =>
  Array.from({ length: scalars.size }, (_, i) => view(scalars, i, [1]));

/** A moment whose tiny numbers have become 0. */
export const settled = (x: Tensor): Tensor => mul(x, greater(abs(x), TINY));
