import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import { grad, hvp } from '../differentiate/grad.js';
import { OptionError, UnsupportedError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { eigenvalues } from './eigenvalues.js';

/** What a function looks like at a point. */
export interface CriticalPoint {
  /** The 2-norm of the gradient: near 0 where the point is critical. */
  readonly gradientNorm: number;
  /** Of the Hessian, ascending. */
  readonly eigenvalues: number[];
  /** By their signs: all positive, all negative, or both. Zeros have none. */
  readonly kind: 'minimum' | 'maximum' | 'saddle';
}
/** Eigenvalues below this share of the largest are 0: Hessians are computed in float32. */
const NOTHING = 1e-5;
/** So many numbers at most: the Hessian is written out. */
const MOST = 512;

/** Classifies a point of a function of one vector by the eigenvalues of its Hessian, which Hessian–vector products give column by
 *  column.
 *  @example criticalPoint((x) => x.square().mul(tensor([1, -1])).sum(), tensor([0, 0])).kind // "saddle" */
export function criticalPoint(f: (x: Tensor) => Tensor, x: Tensor | readonly number[]): CriticalPoint {
  if (typeof f !== 'function')
    throw new OptionError(`criticalPoint: f must be a function of a tensor, not ${typeof f}`);
  const point = x instanceof Tensor ? x : constant(Float32Array.from(x), [x.length]);
  const n = point.size;
  if (n > MOST)
    throw new UnsupportedError(`criticalPoint: x has ${n} numbers; the Hessian is written out for up to ${MOST}`);
  const product = compile(hvp(f));
  const hessian = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const unit = Float32Array.from({ length: n }, (_, k) => Number(k === i));
    hessian.set(realize(product(point, constant(unit, point.shape))), i * n);
  }
  product.dispose();
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) hessian[i * n + j] = hessian[j * n + i] = (hessian[i * n + j] + hessian[j * n + i]) / 2;
  const values = [...eigenvalues(hessian, n)];
  const zero = NOTHING * Math.max(...values.map(Math.abs));
  const [down, up] = [values.some((v) => v < -zero), values.some((v) => v > zero)];
  const slope = realize(grad(f)(point));
  return {
    gradientNorm: Math.sqrt(slope.reduce((sum, g) => sum + g * g, 0)),
    eigenvalues: values,
    kind: down && up ? 'saddle' : down ? 'maximum' : 'minimum',
  };
}
