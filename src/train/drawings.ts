import { ShapeError } from '../errors.js';
import { shapeOf, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add, neg } from '../ops/arithmetic.js';
import { argmax } from '../ops/reduce.js';
import { log } from '../ops/elementary.js';
import { asTensor, type Operand } from '../ops/operand.js';
import * as random from '../ops/random.js';
import { checkKeys, finite, inRange } from '../options.js';
import { type Key, streams } from '../random/keys.js';

/** Random numbers within a training step. */
export interface Drawing {
  /** From the normal distribution. Default mean 0, std 1. */
  normal(shape: readonly number[], options?: { mean?: number; std?: number }): Tensor;
  /** From low, included, to high. Default 0 to 1. */
  uniform(shape: readonly number[], options?: { low?: number; high?: number }): Tensor;
  /** 1 with probability p, else 0. */
  bernoulli(shape: readonly number[], p: number): Tensor;
  /** A class for each row of logits [n, k]: labels [n], class i with its softmax as probability. */
  categorical(logits: Operand): Tensor;
}

/** Draws of a step: each has a stream of its own, in the order of the calls. */
export function drawings(key: Key, counter: Tensor): Drawing {
  let count = 0;
  const next = () => ({ key, stream: streams.objective + count++ });
  const uniform = (shape: readonly number[], low: number, high: number): Tensor =>
    random.uniform(shape, low, high, next(), counter);
  return {
    normal(shape, options = {}) {
      checkKeys('random.normal', options, ['mean', 'std']);
      const mean = finite('random.normal', 'mean', options.mean ?? 0);
      const std = inRange('random.normal', 'std', options.std ?? 1, 0);
      return random.normal(shapeOf('random.normal', shape), mean, std, next(), counter);
    },
    uniform(shape, options = {}) {
      checkKeys('random.uniform', options, ['low', 'high']);
      const low = finite('random.uniform', 'low', options.low ?? 0);
      const high = inRange('random.uniform', 'high', options.high ?? 1, low);
      return uniform(shapeOf('random.uniform', shape), low, high);
    },
    bernoulli: (shape, p) =>
      random.bernoulli(shapeOf('random.bernoulli', shape), inRange('random.bernoulli', 'p', p, 0, 1), next(), counter),
    categorical(given) {
      const logits = asTensor('random.categorical', given, 'logits');
      if (logits.shape.length !== 2)
        throw new ShapeError(`random.categorical: logits is ${show(logits.shape)}; give rows of logits [n, classes]`);
      // Gumbel: the largest of logits − log(−log u) is class i with its softmax as probability.
      const u = uniform(logits.shape, SMALLEST, 1);
      return argmax(add(logits, neg(log(neg(log(u))))), -1);
    },
  };
}
/** Its logarithm is finite, and so is that of the logarithm of the largest number below 1. */
const SMALLEST = 1e-7;
