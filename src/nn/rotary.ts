import { table } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { concat, slice } from '../ops/arrange.js';
import { gather } from '../ops/gather.js';
import { reshape } from '../ops/reshape.js';
import { cos, exp, log, sin } from '../random/hostMath.js';
import type { Past } from './layer.js';

/** The angle of pair i of `pairs` at a position: position · 10000^(−i/pairs). */
const angle = (position: number, i: number, pairs: number): number => position * exp((-log(10000) * i) / pairs);

/** sin and cos of the angles at the positions 0 … steps − 1, alternating along [steps, features] (Vaswani et al. 2017). */
export const sinusoids = (steps: number, features: number): Tensor =>
  table([steps, features], (at) => {
    const i = at % features;
    const a = angle(Math.floor(at / features), i >> 1, features / 2);
    return i & 1 ? cos(a) : sin(a);
  });

/** The row of the next step, where there are earlier ones; else the first rows for all steps. */
export const rowsOf = (all: Tensor, steps: number, past?: Past): Tensor =>
  past ? gather(all, past.steps) : slice(all, [0], [steps]);

/** Rotates the features of x [n, steps, …, features] by angles that grow with the step (Su et al. 2021): pair i are the
 *  features i and i + features/2. */
export function turned(x: Tensor, past?: Past): Tensor {
  const [, steps] = x.shape;
  const last = x.shape.length - 1;
  const half = x.shape[last] / 2;
  const part = (i: number): Tensor =>
    slice(x, [...new Array<number>(last).fill(0), i * half], [...x.shape.slice(0, -1), (i + 1) * half]);
  const [a, b] = [part(0), part(1)];
  const shape = x.shape.map((_, i) => (i === 1 ? steps : i === last ? half : 1));
  const values = (f: (x: number) => number): Tensor => {
    const all = table([past?.length ?? steps, half], (at) => f(angle(Math.floor(at / half), at % half, half)));
    return reshape(rowsOf(all, steps, past), shape);
  };
  const [c, s] = [values(cos), values(sin)];
  return concat([sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))], last);
}

/** Rotates queries and keys, head by head: qkv [n, t, 3d]. */
export function rotated(qkv: Tensor, heads: number, past?: Past): Tensor {
  const [n, t, width] = qkv.shape;
  const d = width / 3;
  const both = slice(qkv, [0, 0, 0], [n, t, 2 * d]);
  const turnedBoth = turned(reshape(both, [n, t, 2 * heads, d / heads]), past);
  return concat([reshape(turnedBoth, [n, t, 2 * d]), slice(qkv, [0, 0, 2 * d], [n, t, width])], 2);
}
