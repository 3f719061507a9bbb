import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { grad, hvp } from '../differentiate/grad.js';
import { OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { isModel, type Model } from '../nn/model.js';
import { seedKey } from '../random/keys.js';
import { eigenvalues } from './eigenvalues.js';
import { outermost } from './lanczos.js';
import { lengthOf, OnData, vector } from './onData.js';

/** What a function looks like at a point. */
export interface CriticalPoint {
  /** The 2-norm of the gradient: near 0 where the point is critical. */
  readonly gradientNorm: number;
  /** Of the Hessian, ascending: all of them for up to 256 numbers, else the smallest and the largest. */
  readonly eigenvalues: number[];
  /** By their signs: all positive, all negative, or both. Zeros have none. */
  readonly kind: 'minimum' | 'maximum' | 'saddle';
}
/** Eigenvalues below this share of the largest are 0: Hessians are computed in float32. */
const NOTHING = 1e-5;
/** So many numbers at most: the Hessian is written out. */
const DENSE = 256;

/** Classifies a point of a function of one vector by the eigenvalues of its Hessian, of which Hessian–vector products tell; or what a
 *  model has learned, by the loss on a data set in evaluation mode as a function of its parameters. The loss is the one of the
 *  last fit unless given, else the usual one for the data's kind. Throws LeakageError for a sealed set.
 *  @example criticalPoint((x) => x.square().mul(tensor([1, -1])).sum(), tensor([0, 0])).kind // "saddle" */
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
  const point = x instanceof Tensor ? x : vector(x as readonly number[]);
  const product = compile(hvp(f));
  try {
    return classified({
      slope: realize(grad(f)(point)),
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
    return classified({
      slope: on.gradient(theta),
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
  readonly slope: ArrayLike<number>;
  /** Where the vector's numbers stand; what stands between is 0 and stays so. */
  readonly places: Int32Array;
  product(v: Float64Array): Float64Array;
}
function classified(point: Point): CriticalPoint {
  const { slope, places } = point;
  const values = places.length <= DENSE ? all(point) : ends(point);
  const zero = NOTHING * Math.max(...values.map(Math.abs));
  const [down, up] = [values.some((v) => v < -zero), values.some((v) => v > zero)];
  const kind = down && up ? 'saddle' : down ? 'maximum' : 'minimum';
  return { gradientNorm: lengthOf(slope), eigenvalues: values, kind };
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
