import { floatBits } from '../graph/instruction.js';
import type { Shape } from '../graph/shape.js';
import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { tiles } from './operand.js';

/** Identifies random numbers by the key of a seed, one of its streams, and a step that is known when the program runs.
 *  The number at an index depends on these three and the index only, not on what draws it or was drawn before. */
export interface Draw {
  key: readonly [number, number];
  stream: number;
}
interface Sample extends Draw {
  shape: Shape;
  kernel: 'uniform' | 'normal' | 'bernoulli';
  /** The first field of the instruction: low, or the mean. */
  s: number;
  /** The second field, as bits: high − low, the standard deviation, or a threshold. */
  columns: number;
}
const fields = ({ key, stream }: Draw) => ({ lda: key[0] | 0, ldb: key[1] | 0, inner: stream | 0 });
const sampleOp: Op<Sample> = {
  name: 'sample',
  shape: (_, { shape }) => shape,
  lower: (y, [d], { kernel, s, columns, ...draw }) => ({
    kernel,
    d,
    rows: y.size,
    s,
    columns,
    parts: tiles(y.size),
    ...fields(draw),
  }),
  gradient: flat,
};
const sample = (
  kernel: Sample['kernel'],
  shape: Shape,
  s: number,
  columns: number,
  draw: Draw,
  step?: Tensor,
): Tensor => node(sampleOp, step ? [step] : [], { kernel, shape, s, columns, ...draw });

/** Numbers from low up to, not including, high. */
export const uniform = (shape: Shape, low: number, high: number, draw: Draw, step?: Tensor): Tensor =>
  sample('uniform', shape, low, floatBits(high - low), draw, step);
/** Numbers from the normal distribution. */
export const normal = (shape: Shape, mean: number, std: number, draw: Draw, step?: Tensor): Tensor =>
  sample('normal', shape, mean, floatBits(std), draw, step);
/** 1 with probability p, else 0. */
export const bernoulli = (shape: Shape, p: number, draw: Draw, step?: Tensor): Tensor =>
  sample('bernoulli', shape, 0, threshold(p), draw, step);

/** A random word is below this with probability p; the largest word stands for "always". */
export const threshold = (p: number): number => Math.min(0xffffffff, Math.round(p * 4294967296)) | 0;

interface Drop extends Draw {
  keep: number;
  scale: number;
}
const dropOp: Op<Drop> = {
  name: 'dropout',
  elementwise: true,
  shape: ([x]) => x.shape,
  lower: (y, [a, d], { keep, scale, ...draw }) => ({
    kernel: 'dropout',
    a,
    d,
    rows: y.size,
    s: scale,
    columns: threshold(keep),
    parts: tiles(y.size),
    ...fields(draw),
  }),
  // The mask comes from counters, so the gradient draws it again instead of storing it.
  gradient: (dy, _, [, step], drop) => [node(dropOp, step ? [dy, step] : [dy], drop)],
};
/** x · scale where a unit is kept (probability `keep`), else 0. */
export const drop = (x: Tensor, keep: number, scale: number, draw: Draw, step?: Tensor): Tensor =>
  node(dropOp, step ? [x, step] : [x], { keep, scale, ...draw });
