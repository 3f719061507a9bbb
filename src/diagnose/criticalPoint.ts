import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { hvp, valueAndGrad } from '../differentiate/grad.js';
import { OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { readable, short } from '../readable.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { isModel, type Model } from '../nn/model.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { seedKey } from '../random/keys.js';
import { eigenvalues } from './eigenvalues.js';
import { outermost } from './lanczos.js';
import { lengthOf, OnData, vector } from './onData.js';

/** The gradient and curvature of a function at a point. */
export interface CriticalPoint {
  /** The 2-norm of the gradient, which is 0 up to rounding at a critical point. */
  readonly gradientNorm: number;
  /** The eigenvalues of the Hessian, ascending: all of them for up to 256 numbers, else the smallest and the
   *  largest. */
  readonly eigenvalues: number[];
  /** 'none' where the gradient is not 0, so that the point is not critical. Else the signs of the eigenvalues decide:
   *  'saddle' where there are positive and negative ones, 'minimum' or 'maximum' where all have one sign, 'degenerate'
   *  where one is 0 and the others have one sign: then the Hessian does not decide, as at 0 for x³, for −x⁴ and on a
   *  plateau. */
  readonly kind: 'minimum' | 'maximum' | 'saddle' | 'degenerate' | 'none';
}
/** Half the distance from 1 to the next float32, which is the largest relative error of one operation. */
const ROUNDING = 1 / 0x1000000;
/** A gradient counts as 0 up to this many roundings. At the critical points of the surfaces here, and at points where
 *  optimizers come to rest on them, it is up to 1.4. */
const FEW = 8;
/** Eigenvalues below this share of the largest count as 0, because each element of a Hessian has gone through about a
 *  hundred roundings. */
const NOTHING = 1e-5;
/** The number of rows from which the size of the gradient of a single row is estimated. */
const ROWS = 32;
/** The largest number of variables for which the whole Hessian is computed. */
const DENSE = 256;

/** Classifies a point of a function of one vector by the eigenvalues of its Hessian, which are found by Hessian–vector
 *  products; or the point that a model has reached, by the loss on a data set in evaluation mode as a function of its
 *  parameters. The default loss is that of the last fit, else the usual one for the kind of data. Throws a LeakageError
 *  for a sealed set.
 *
 *  The precision of float32 decides what counts as 0. The gradient counts as 0 up to eight roundings of its scale: that
 *  is the largest curvature times the length of the point (at least 1), by which the gradient changes when the point is
 *  rounded, and for a model the gradient of a single row, whose mean it is. It also counts as 0 where a step of that
 *  length changes the value by less than its last bit. An eigenvalue counts as 0 below 10⁻⁵ of the largest, or where it
 *  affects the value as little. A trained model is seldom that near to a critical point: its kind is mostly 'none', and
 *  `gradientNorm` tells how far it is.
 *  @example criticalPoint((x) => x.square().mul(tensor([1, -1])).sum(), tensor([0, 0])).kind // "saddle"
 *  @example criticalPoint((x) => x.pow(3).sum(), [0]).kind // "degenerate" */
export function criticalPoint(f: (x: Tensor) => Tensor, x: Tensor | readonly number[]): CriticalPoint;
export function criticalPoint(model: Model, data: Dataset, options?: { loss?: Loss }): CriticalPoint;
export function criticalPoint(
  f: ((x: Tensor) => Tensor) | Model,
  x: Tensor | readonly number[] | Dataset,
  options: { loss?: Loss } = {},
): CriticalPoint {
  if (typeof f !== 'function')
    throw new OptionError(`criticalPoint: f must be a function of a tensor or a model, not ${typeof f}`);
  refuseSealed('criticalPoint', x);
  checkKeys('criticalPoint', options, ['loss']);
  if (isModel(f)) return ofModel(f, x as Dataset, options.loss);
  const point = asTensor('criticalPoint', x as Operand);
  const product = compile(hvp(f));
  try {
    const { value, grads } = valueAndGrad(f, { wrt: [0] })(point);
    return classified({
      at: realize(point),
      slope: realize(grads[0]),
      values: realize(value)[0],
      terms: 0,
      places: Int32Array.from({ length: point.size }, (_, i) => i),
      product: (v) => Float64Array.from(realize(product(point, constant(Float32Array.from(v), point.shape)))),
    });
  } finally {
    product.dispose();
  }
}

function ofModel(model: Model, data: Dataset, loss?: Loss): CriticalPoint {
  const on = new OnData('criticalPoint', model, data, loss);
  try {
    const theta = on.theta();
    const trained = on.inside.parameters.segments.filter(({ trainable }) => trainable);
    const step = Math.ceil(data.size / ROWS);
    const rows = Array.from({ length: Math.ceil(data.size / step) }, (_, i) =>
      lengthOf(on.gradient(theta, data.rows([i * step]))),
    );
    return classified({
      at: realize(theta),
      slope: on.gradient(theta),
      values: 0,
      terms: rows.reduce((sum, norm) => sum + norm, 0) / rows.length,
      places: Int32Array.from(
        trained.flatMap(({ offset, size }) => Array.from({ length: size }, (_, i) => offset + i)),
      ),
      product: (v) => on.curvature(theta, vector(v)),
    });
  } finally {
    on.dispose();
  }
}

interface Point {
  readonly at: ArrayLike<number>;
  readonly slope: ArrayLike<number>;
  /** The size of the value, and of the terms whose mean the gradient is; 0 where it is not known. */
  readonly values: number;
  readonly terms: number;
  /** The indices of the vector's numbers; the padding between them is 0 and stays 0. */
  readonly places: Int32Array;
  product(v: Float64Array): Float64Array;
}
function classified(point: Point): CriticalPoint {
  const { at, slope, places, terms } = point;
  const eigenvalues = places.length <= DENSE ? all(point) : ends(point);
  const largest = eigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const length = Math.max(1, lengthOf(at));
  /** The gradient that changes the value by its last bit over a step as long as the point. */
  const unseen = (ROUNDING * Math.abs(point.values)) / length;
  const gradientNorm = lengthOf(slope);
  const nothing = Math.max(FEW * ROUNDING * (largest * length + terms), unseen);
  const critical = Number.isFinite(nothing) && gradientNorm <= nothing;
  const zero = Math.max(NOTHING * largest, unseen / length);
  const kind = critical ? kindOf(eigenvalues, zero) : 'none';
  return readable<CriticalPoint>({ gradientNorm, eigenvalues, kind }, textOf);
}

const KINDS: Record<CriticalPoint['kind'], string> = {
  minimum: 'a minimum',
  maximum: 'a maximum',
  saddle: 'a saddle',
  degenerate: 'a critical point whose Hessian does not tell its kind',
  none: 'no critical point',
};
function textOf({ kind, gradientNorm, eigenvalues }: CriticalPoint): string {
  const list = eigenvalues.length > 6 ? [...eigenvalues.slice(0, 3), ...eigenvalues.slice(-3)] : eigenvalues;
  const shown = list.map(short);
  if (list !== eigenvalues) shown.splice(3, 0, '…');
  return `${KINDS[kind]}: gradient norm ${short(gradientNorm)}, eigenvalues ${shown.join(', ')}`;
}

function kindOf(values: readonly number[], zero: number): CriticalPoint['kind'] {
  const [down, up] = [values.some((v) => v < -zero), values.some((v) => v > zero)];
  if (down && up) return 'saddle';
  if (values.some((v) => !(Math.abs(v) > zero))) return 'degenerate';
  return down ? 'maximum' : 'minimum';
}

function all({ slope, places, product }: Point): number[] {
  const n = places.length;
  const hessian = new Float64Array(n * n);
  places.forEach((place, i) => {
    const unit = new Float64Array(slope.length);
    unit[place] = 1;
    const column = product(unit);
    places.forEach((row, j) => {
      hessian[i * n + j] = column[row];
    });
  });
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) hessian[i * n + j] = hessian[j * n + i] = (hessian[i * n + j] + hessian[j * n + i]) / 2;
  return [...eigenvalues(hessian, n)];
}

function ends({ slope, places, product }: Point): number[] {
  const used = new Uint8Array(slope.length);
  for (const place of places) used[place] = 1;
  return outermost(slope.length, product, seedKey(0), (i) => used[i] === 1);
}
