import { realize } from '../compile/realize.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer } from '../options.js';
import { readable, short } from '../readable.js';
import { grad, valueAndGrad } from '../differentiate/grad.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { isModel, type Model } from '../nn/model.js';
import type { Segment } from '../nn/parameters.js';
import type { Optimizer } from '../optim/optimizer.js';
import { type Rule, still } from '../optim/rule.js';
import { add } from '../ops/arithmetic.js';
import { asTensor } from '../ops/operand.js';
import { normal } from '../ops/random.js';
import { type Key, seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { checkOptimizer, checkRules } from '../train/recipe.js';
import { listOf, type OneOrMany } from '../train/lists.js';
import { lengthOf, OnData, vector } from './onData.js';

export interface DescendOptions {
  /** The point to start from. */
  start: readonly number[];
  /** The number of updates. */
  steps: number;
  /** Clipping rules such as clip.globalNorm(c), applied in the order given. */
  clip?: OneOrMany<Rule>;
  /** The standard deviation of the noise that is added to every gradient. Default 0. */
  noise?: number;
  /** The seed of the noise. Default 0. */
  seed?: number;
}
export interface DescendOnDataOptions extends Omit<DescendOptions, 'start'> {
  /** The rows whose mean loss is the surface. */
  data: Dataset;
  /** The number of rows of each update's batch, or 'full'. Default 32. */
  batchSize?: number | 'full';
  /** The loss. Default: that of the last fit, else the usual one for the kind of data. */
  loss?: Loss;
}
/** The path of an optimizer: points[0] is the start, values[i] the value at points[i]. */
export interface Descent {
  readonly points: number[][];
  readonly values: number[];
}

/** Minimizes a function of one vector with an optimizer, and records the path, which ends where a value or gradient is
 *  not finite.
 *
 *  For a model, the function is its loss on a data set in evaluation mode, and each update takes the gradient of a
 *  batch, in the order of `fit` with the same seed. `values` are losses on the whole set, before each update and after
 *  the last. `points` are the trained parameters where there are at most two; else they are places in the plane through
 *  the start [0, 0], the end on the first axis, and the point of the path that is farthest from that axis. The model is
 *  not changed. Throws a LeakageError for a sealed set.
 *  @example descend((x) => x.square().sum(), sgd({ learningRate: 0.1 }), { start: [1, -2], steps: 20 }).points.at(-1)
 *  @example descend(model, sgd({ learningRate: 0.1 }), { data: train, batchSize: 16, steps: 10 }).values */
export function descend(f: (x: Tensor) => Tensor, optimizer: Optimizer, options: DescendOptions): Descent;
export function descend(model: Model, optimizer: Optimizer, options: DescendOnDataOptions): Descent;
export function descend(
  f: ((x: Tensor) => Tensor) | Model,
  optimizer: Optimizer,
  options: DescendOptions | DescendOnDataOptions,
): Descent {
  if (typeof f !== 'function')
    throw new OptionError(`descend: f must be a function of a tensor or a model, not ${typeof f}`);
  const onModel = isModel(f);
  const own = onModel ? ['data', 'batchSize', 'loss'] : ['start'];
  checkKeys('descend', options, [...own, 'steps', 'clip', 'noise', 'seed'], true);
  checkOptimizer('descend', optimizer);
  const { clip, seed = 0 } = options;
  checkRules('descend', 'clip', 'clip.globalNorm(1)', clip);
  const key = seedKey(seed, 'descend');
  const noise = inRange('descend', 'noise', options.noise ?? 0, 0);
  const steps = integer('descend', 'steps', options.steps, 0);
  const ground = onModel
    ? onRows(f, options as DescendOnDataOptions, key)
    : ofFunction(f as (x: Tensor) => Tensor, options as DescendOptions);
  try {
    const path = walk(ground, optimizer, { clip, key, noise, steps });
    return readable({ points: ground.places(path.points), values: path.values }, textOf);
  } finally {
    ground.dispose();
  }
}

/** What an optimizer walks on. */
interface Ground {
  readonly start: Tensor;
  readonly segments: readonly Segment[];
  /** The value at θ, and the gradient for update k. */
  look(theta: Tensor, k: number): { value: number; slope: Tensor };
  /** The gradient for update k at another place. */
  slope(theta: Tensor, k: number): Tensor;
  /** Keeps what is not trained: `values` as they are where they are trained, else those of `fixed`. */
  kept(values: Float32Array, fixed?: Float32Array): Float32Array;
  places(path: readonly Float32Array[]): number[][];
  dispose(): void;
}

function ofFunction(f: (x: Tensor) => Tensor, options: DescendOptions): Ground {
  const start = asTensor('descend', options.start, 'start', '[n]');
  const { size } = start;
  return {
    start,
    segments: [{ name: 'x', shape: [size], size, offset: 0, trainable: true, kind: 'weight' }],
    look: (theta) => {
      const { value, grads } = valueAndGrad(f, { wrt: [0] })(theta);
      return { value: realize(value)[0], slope: grads[0] };
    },
    slope: (theta) => grad(f)(theta),
    kept: (values) => values,
    places: (path) => path.map((point) => [...point]),
    dispose: () => undefined,
  };
}

function onRows(model: Model, options: DescendOnDataOptions, key: Key): Ground {
  const { data, loss } = options;
  refuseSealed('descend', data);
  checkDataset('descend', data);
  const { batchSize = 32 } = options;
  const rows = batchSize === 'full' ? data.size : Math.min(data.size, integer('descend', 'batchSize', batchSize, 1));
  const on = new OnData('descend', model, data, loss);
  const start = on.theta();
  const segments = on.trained;
  const batches = Math.ceil(data.size / rows);
  const slope = (theta: Tensor, k: number): Tensor => {
    if (batches === 1) return vector(on.gradient(theta));
    const order = permutation(data.size, key, streams.order, Math.floor(k / batches) + 1);
    const at = (k % batches) * rows;
    return vector(on.gradient(theta, data.rows(order.subarray(at, at + rows))));
  };
  return {
    start,
    segments,
    look: (theta, k) => ({ value: on.value(theta), slope: slope(theta, k) }),
    slope,
    kept(values, fixed) {
      const result = fixed?.slice() ?? new Float32Array(values.length);
      for (const { offset, size } of segments) result.set(values.subarray(offset, offset + size), offset);
      return result;
    },
    places: (path) =>
      planar(path.map((theta) => segments.flatMap(({ offset, size }) => [...theta.subarray(offset, offset + size)]))),
    dispose: () => on.dispose(),
  };
}

interface Walk {
  readonly clip?: OneOrMany<Rule>;
  readonly key: Key;
  readonly noise: number;
  readonly steps: number;
}
function walk(
  ground: Ground,
  optimizer: Optimizer,
  { clip, key, noise, steps }: Walk,
): { points: Float32Array[]; values: number[] } {
  let theta = ground.start;
  const { size } = theta;
  const none = constant(new Float32Array(1), [1]);
  const { update } = optimizer.base ?? optimizer;
  let state = optimizer.init(theta);
  const [points, values]: [Float32Array[], number[]] = [[], []];
  const first = realize(theta).slice();
  for (let k = 0; ; k++) {
    let { value, slope } = ground.look(theta, k);
    points.push(realize(theta).slice());
    values.push(value);
    if (k === steps || !Number.isFinite(value) || !realize(slope).every(Number.isFinite)) return { points, values };
    if (optimizer.ascent) slope = ground.slope(constant(realize(optimizer.ascent(theta, slope)), [size]), k);
    if (noise) slope = constant(ground.kept(realize(add(slope, normal([size], 0, noise, { key, stream: k })))), [size]);
    const clipped = listOf(clip).reduce(
      (grad, rule) =>
        rule.apply({ theta, grad, state: {}, scalars: none, step: none, learningRate: none }, ground.segments, still)
          .grad ?? grad,
      slope,
    );
    const next = update(theta, constant(realize(clipped), [size]), state);
    theta = constant(ground.kept(realize(next.theta), first), [size]);
    state = next.state;
  }
}

/** Places of points in the plane through the first, the last finite one, and the one farthest from their line; points
 *  of at most two numbers stay as they are. */
function planar(points: number[][]): number[][] {
  const [start] = points;
  if (start.length < 3) return points;
  const from = points.map((point) => point.map((w, i) => w - start[i]));
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
  const unit = (v: readonly number[]): number[] => {
    const length = lengthOf(v);
    return v.map((x) => (length > 0 ? x / length : 0));
  };
  const ends = from.filter((v) => Number.isFinite(lengthOf(v)));
  const along = unit(ends[ends.length - 1]);
  const aside = (v: readonly number[]): number[] => {
    const share = dot(v, along);
    return v.map((x, i) => x - share * along[i]);
  };
  const lengths = ends.map((v) => lengthOf(aside(v)));
  const across = unit(aside(ends[lengths.indexOf(Math.max(...lengths))]));
  return from.map((v) => [dot(v, along), dot(v, across)]);
}

function textOf({ points, values }: Descent): string {
  const at = (i: number): string => `[${points[i].map(short).join(', ')}] with the value ${short(values[i])}`;
  return `${points.length - 1} updates from ${at(0)} to ${at(points.length - 1)}`;
}
