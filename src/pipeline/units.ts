import { isMade, made } from '../config.js';
import { DataError, OptionError, UnsupportedError } from '../errors.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import type { Target } from '../data/target.js';
import { constant } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { lossOf } from '../losses/lossOf.js';
import type { ConfiguredMetric, Metric } from '../metrics/metric.js';
import { metricOf } from '../metrics/metricOf.js';
import { add, mul } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';

/** The scaling of a target of values: the model learns (y − shift) / spread, with one shift and spread for each number of a row's target. */
export interface Units {
  readonly shift: readonly number[];
  readonly spread: readonly number[];
}
export type TargetOption = 'standardize' | 'minMax' | 'asis';

/** Learns the scaling of a training set's target. */
export function unitsOf(where: string, how: Exclude<TargetOption, 'asis'>, { targets, size }: Dataset): Units {
  const said = `${where}: target: '${how}' of the pipeline`;
  if (targets.length !== 1)
    throw new UnsupportedError(`${said} is for one target, and this set has ${targets.length}; leave it out`);
  const [{ kind, values, shape, mask, name }] = targets;
  if (kind === 'classes')
    throw new DataError(
      `${said} is for values, and y${name && `.${name}`} is classes; leave it out, or say { classes: false } where its numbers are values`,
    );
  const width = sizeOf(shape);
  const known = Array.from({ length: size }, (_, row) => row).filter((row) => mask?.[row] !== 0);
  const [shift, spread]: number[][] = [[], []];
  for (let i = 0; i < width; i++) {
    const column = known.map((row) => values[row * width + i]);
    const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
    const least = column.reduce((a, b) => Math.min(a, b));
    const middle = how === 'minMax' ? least : mean(column);
    const by =
      how === 'minMax'
        ? column.reduce((a, b) => Math.max(a, b)) - least
        : Math.sqrt(mean(column.map((y) => (y - middle) * (y - middle))));
    shift.push(Math.fround(middle));
    // A constant target is shifted, but not scaled.
    spread.push(Math.fround(by) || 1);
  }
  return { shift, spread };
}

/** Scales a set's target as the model learns it; a set without a target is returned unchanged. */
export function intoUnits(where: string, { shift, spread }: Units, data: Dataset): Dataset {
  checkDataset(where, data);
  if (!data.targets.length) return data;
  const [target] = data.targets;
  const width = sizeOf(target.shape);
  if (data.targets.length > 1 || width !== shift.length)
    throw new DataError(
      `${where}: the pipeline was fitted to one target of ${shift.length} numbers; this set has ${data.targets.map((t) => `'${t.name}' of ${sizeOf(t.shape)}`).join(', ')}`,
    );
  const { values, mask } = target;
  const changed = Float32Array.from(values, (y, i) =>
    mask?.[Math.floor(i / width)] === 0 ? 0 : (y - shift[i % width]) / spread[i % width],
  );
  const inUnits: Target = { ...target, values: changed, kind: 'values', classes: 0, classNames: undefined };
  return data.with({ targets: [inUnits] });
}

/** Scales outputs or targets back to the target's own units: y·spread + shift. */
export function outOfUnits({ shift, spread }: Units, t: Tensor): Tensor {
  const width = shift.length;
  if (width === 1) return add(mul(t, spread[0]), shift[0]);
  const row = (numbers: readonly number[]): Tensor => constant(Float32Array.from(numbers), [width]);
  return reshape(add(mul(reshape(t, [t.size / width, width]), row(spread)), row(shift)), t.shape);
}

/** Losses that compare an output with its target, number by number. */
const LOSSES = ['mse', 'mae', 'huber', 'quantile'];

/** Wraps a loss that is minimized in the scaled units, and reported in the target's own. */
function lossInUnits(where: string, units: Units, given: Loss): Loss {
  const loss = lossOf(where, 'loss', given);
  if (isMade(given) && !LOSSES.includes(loss.config.name))
    throw new OptionError(
      `${where}: the pipeline changes its target, which the loss ${loss.config.name} is not for; give mse(), mae() or huber(), or leave target out`,
    );
  const inside: Loss = (output, target, weights) => loss(output, target, weights);
  const judged = Object.assign(
    (output: Tensor, target: Tensor, weights?: Tensor) =>
      loss(outOfUnits(units, output), outOfUnits(units, target), weights),
    { answer: loss.answer },
  );
  return made(Object.assign(inside, { config: loss.config, labels: false, weighted: loss.weighted, judged }));
}

/** Wraps a metric so that it sees outputs and targets in their own units. */
function metricInUnits(where: string, units: Units, given: Metric): Metric {
  metricOf(where, 'metrics', given);
  const own = (output: Tensor, target: Tensor, weights?: Tensor): Tensor | number =>
    (given as ConfiguredMetric)(outOfUnits(units, output), outOfUnits(units, target), weights);
  Object.defineProperty(own, 'name', { value: given.name });
  if (!isMade(given)) return given.config ? Object.assign(own, { config: given.config }) : own;
  const { config, eager } = given as ConfiguredMetric;
  return made(Object.assign(own, { config, eager }));
}

/** Wraps a loss and metrics so that they are reported in the target's own units. Losses by head pass unchanged; a later check refuses them, since the model has one output. */
export function inUnits<T extends { loss?: object; metrics?: object }>(where: string, units: Units, aims: T): T {
  const { loss, metrics } = aims;
  const isOne = (x: unknown): boolean => typeof x === 'function' || Array.isArray(x);
  const list = (Array.isArray(metrics) ? metrics : [metrics]) as Metric[];
  return {
    ...aims,
    ...(isOne(loss) && { loss: lossInUnits(where, units, loss as Loss) }),
    ...(isOne(metrics) && { metrics: list.map((metric) => metricInUnits(where, units, metric)) }),
  };
}
