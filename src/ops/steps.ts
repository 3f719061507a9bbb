import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { less } from './compare.js';
import { reshape } from './reshape.js';

/** [n, steps]: 1 at the steps before a row's length, 0 at padding. */
export const within = (lengths: Tensor, steps: number): Tensor =>
  less(
    constant(
      Float32Array.from({ length: steps }, (_, i) => i),
      [1, steps],
    ),
    reshape(lengths, [lengths.size, 1]),
  );
