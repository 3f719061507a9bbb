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

/** What a function looks like at a point. */
export interface CriticalPoint {
  /** The 2-norm of the gradient: 0, to rounding, where the point is critical. */
  readonly gradientNorm: number;
  /** Of the Hessian, ascending: all of them for up to 256 numbers, else the smallest and the largest. */
  readonly eigenvalues: number[];
  /** 'none': the gradient is not 0, and the point is not critical. Else by the eigenvalues' signs: 'saddle' where some are positive and some
   *  negative, 'minimum' and 'maximum' where all are of one sign, 'degenerate' where one is 0 and the others are of one sign: then the
   *  Hessian does not tell, as at 0 of x³, of −x⁴ and of a plateau. */
  readonly kind: 'minimum' | 'maximum' | 'saddle' | 'degenerate' | 'none';
}
/** Half the distance of 1 to the next float32: what one operation may be wrong by, relative to its result. */
const ROUNDING = 1 / 0x1000000;
/** A gradient of so many roundings is 0. Points of the surfaces here, and where optimizers come to rest on them, have up to 1.4. */
const FEW = 8;
/** Eigenvalues below this share of the largest are 0: a Hessian's numbers come from a hundred or so roundings. */
const NOTHING = 1e-5;
/** So many rows tell how large the gradient of one is. */
const ROWS = 32;
/** So many numbers at most: the Hessian is written out. */
const DENSE = 256;

/** Classifies a point of a function of one vector by the eigenvalues of its Hessian, of which Hessian–vector products tell; or what a
 *  model has learned, by the loss on a data set in evaluation mode as a function of its parameters. The loss is the one of the
 *  last fit unless given, else the usual one for the data's kind. Throws LeakageError for a sealed set.
 *
 *  What is 0 is a matter of float32. The gradient counts as 0 up to eight roundings of what it is made of: the largest curvature times the
 *  point's length (at least 1: the gradient there changes by as much when the point is rounded), and of a model the gradient of a single
 *  row, of which it is the mean. It also does where a step as long changes the value by less than its last bit. An eigenvalue
 *  counts as 0 below 10⁻⁵ of the largest, or where it says as little of the value. A trained model is seldom that near to a critical point:
 *  its kind is mostly 'none', and `gradientNorm` tells how far it is.
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
  /** How large the value is, and the terms that the gradient is the mean of; 0 where that is not known. */
  readonly values: number;
  readonly terms: number;
  /** Where the vector's numbers stand; what stands between is 0 and stays so. */
  readonly places: Int32Array;
  product(v: Float64Array): Float64Array;
}
function classified(point: Point): CriticalPoint {
  const { at, slope, places, terms } = point;
  const eigenvalues = places.length <= DENSE ? all(point) : ends(point);
  const largest = eigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const length = Math.max(1, lengthOf(at));
  /** The last bit of the value, over one step as long as the point. */
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
