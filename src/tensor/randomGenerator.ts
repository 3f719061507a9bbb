import { checkKeys, finite, inRange, integer } from '../options.js';
import { constant } from '../graph/leaves.js';
import { type Shape, shapeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { bernoulli, type Draw, normal, uniform } from '../ops/random.js';
import { seedKey } from '../random/keys.js';
import { permutation } from '../random/permutation.js';

/** A source of random tensors that depend on a seed. */
export interface RandomGenerator {
  /** N(mean, std²). */
  normal(shape: Shape, options?: { mean?: number; std?: number }): Tensor;
  /** Uniform numbers from [low, high). */
  uniform(shape: Shape, options?: { low?: number; high?: number }): Tensor;
  /** 1 with probability p, else 0. */
  bernoulli(shape: Shape, p: number): Tensor;
  /** The numbers 0 … n − 1 in a random order, [n]; n is at most 2²⁴, because float32 cannot hold all larger whole
   *  numbers. */
  permutation(n: number): Tensor;
}

/** Makes a generator whose numbers depend on the seed and on the number of calls before, and are the same in every
 *  runtime (Philox4x32-10).
 *  @example randomGenerator(1).normal([2, 3]).shape // [2, 3] */
export function randomGenerator(seed: number): RandomGenerator {
  const key = seedKey(seed, 'randomGenerator');
  let calls = 0;
  // Each call has a stream of its own.
  const next = (): Draw => ({ key, stream: calls++ });
  return {
    normal(shape, options = {}) {
      const sizes = shapeOf('normal', shape);
      checkKeys('normal', options, ['mean', 'std']);
      const mean = finite('normal', 'mean', options.mean ?? 0);
      return normal(sizes, mean, inRange('normal', 'std', options.std ?? 1, 0), next());
    },
    uniform(shape, options = {}) {
      const sizes = shapeOf('uniform', shape);
      checkKeys('uniform', options, ['low', 'high']);
      const low = finite('uniform', 'low', options.low ?? 0);
      return uniform(sizes, low, inRange('uniform', 'high', options.high ?? 1, low), next());
    },
    bernoulli(shape, p) {
      const sizes = shapeOf('bernoulli', shape);
      return bernoulli(sizes, inRange('bernoulli', 'p', p, 0, 1), next());
    },
    permutation(n) {
      integer('permutation', 'n', n, 1, 1 << 24);
      return constant(Float32Array.from(permutation(n, key, next().stream)), [n]);
    },
  };
}
