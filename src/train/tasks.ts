import { type Configured, configured } from '../config.js';
import { DataError, OptionError, UnsupportedError } from '../errors.js';
import { inRange, meant, record } from '../options.js';
import type { Dataset } from '../data/columns.js';
import type { Target } from '../data/target.js';
import type { Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { lossOf, type TakenLoss } from '../losses/lossOf.js';
import type { Metric } from '../metrics/metric.js';
import { metricOf, type TakenMetric } from '../metrics/metricOf.js';
import { type ByHead, type Head, headsOfShapes, sideBySide, widthOf } from '../graph/heads.js';
import { unpacked } from '../nn/heads.js';
import type { Inside } from '../nn/model.js';
import { add, mul, neg, scale } from '../ops/arithmetic.js';
import { slice } from '../ops/arrange.js';
import { exp } from '../ops/elementary.js';
import { reshape } from '../ops/reshape.js';
import { within } from '../ops/steps.js';
import { exp as exponential } from '../random/hostMath.js';
import { checkLabels } from './batch.js';
import { listOf, type OneOrMany } from './lists.js';
import type { Bound } from './objective.js';

/** One loss, or one for each head. */
export type Losses = Loss | ByHead<Loss>;
/** The weight of each head's loss (default 1), or 'uncertainty' for weights that are learned with the model. */
export type LossWeights = ByHead<number> | 'uncertainty';
/** Metrics of the output; with several heads, for all of them or by head. */
export type Metrics = OneOrMany<Metric> | ByHead<OneOrMany<Metric>>;

/** What a model is judged by. */
export interface Aims {
  readonly loss: Losses;
  /** An objective in place of losses: then `loss` is `NO_LOSS`. */
  readonly objective?: Bound;
  readonly lossWeights?: LossWeights;
  readonly metrics?: Metrics;
}
/** An output with its loss and metrics. */
export interface Task {
  /** The head's name; '' where there is one output. */
  readonly name: string;
  readonly loss: TakenLoss;
  readonly weight: number;
  /** The metrics, by their names in the history. */
  readonly metrics: ReadonlyMap<string, TakenMetric>;
  /** The output's shape, batch included. */
  readonly output: Shape;
}

/** The losses and metrics of a model, head by head. */
export class Tasks {
  readonly list: readonly Task[];
  readonly heads?: readonly Head[];
  readonly learned: boolean;
  /** An objective in place of losses. */
  readonly objective?: Bound;

  /** With a data set, metrics may name its classes. */
  constructor(
    where: string,
    { blueprint }: Required<Inside>,
    { loss: given, lossWeights, metrics, objective }: Aims,
    data?: Dataset,
  ) {
    this.heads = blueprint.heads;
    this.objective = objective;
    const loss =
      objective && this.heads
        ? (Object.fromEntries(this.heads.map(({ name }) => [name, given])) as ByHead<Loss>)
        : given;
    this.learned = lossWeights === 'uncertainty';
    if (lossWeights !== undefined && !this.learned)
      record(where, 'lossWeights', lossWeights, "numbers by the heads' names, or 'uncertainty'");
    if (!this.heads) {
      if (isByHead(loss))
        throw new OptionError(`${where}: loss names heads, but the model has one output; give one, such as mse()`);
      if (lossWeights !== undefined)
        throw new OptionError(`${where}: lossWeights are for models of several heads, and this one has one output`);
      if (isByHead(metrics))
        throw new OptionError(`${where}: metrics name heads, but the model has one output; give a list`);
      this.list = [
        {
          name: '',
          loss: lossOf(where, 'loss', loss),
          weight: 1,
          metrics: named(where, 'metrics', metrics, data?.targets[0]),
          output: blueprint.output,
        },
      ];
      return;
    }
    const names = this.heads.map(({ name }) => name);
    const known = (what: string, given: object): void => {
      for (const name of Object.keys(given))
        if (!names.includes(name))
          throw new OptionError(
            `${where}: ${what} names '${name}', but the heads are ${names.join(', ')}${meant(name, names)}`,
          );
    };
    if (!isByHead(loss)) {
      lossOf(where, 'loss', loss);
      throw new OptionError(`${where}: the model has several heads; give a loss for each: { ${names[0]}: … }`);
    }
    known('loss', loss);
    if (typeof lossWeights === 'object') known('lossWeights', lossWeights);
    if (isByHead(metrics)) known('metrics', metrics);
    this.list = this.heads.map(({ name, shape }) => {
      if (loss[name] === undefined) throw new OptionError(`${where}: loss.${name} is missing; give one for each head`);
      const weight = typeof lossWeights === 'object' ? (lossWeights[name] ?? 1) : 1;
      inRange(where, `lossWeights.${name}`, weight, 0);
      const target = data?.targets.find((t) => t.name === name);
      return {
        name,
        loss: lossOf(where, `loss.${name}`, loss[name]),
        weight,
        metrics: isByHead(metrics)
          ? named(where, `metrics.${name}`, metrics[name], target)
          : named(where, 'metrics', metrics, target),
        output: [blueprint.output[0], ...shape],
      };
    });
  }

  /** Computes each task's loss on a batch. Weights [n, tasks] weight each row for each task. */
  losses(output: Targeted, targets: Targeted, weights?: Tensor, padded?: Padded): Tensor[] {
    const joint = output instanceof Tensor;
    const outputs = !joint ? output : this.heads ? unpacked(output, this.heads) : { '': output };
    return this.list.map(({ name, loss }, i) => {
      const rows = weights && slice(weights, [0, i], [weights.shape[0], i + 1]);
      const target = this.heads ? (targets as ByHead<Tensor>)[name] : (targets as Tensor);
      const own = weightsOf(outputs[name], target, rows && reshape(rows, [rows.size]), padded);
      return reshape(loss(outputs[name], target, own), []);
    });
  }
  /** Combines the losses to one, with the given weights. */
  total(losses: readonly Tensor[]): Tensor {
    return losses
      .map((each, i) => (this.list[i].weight === 1 ? each : scale(each, this.list[i].weight)))
      .reduce((sum, each) => add(sum, each));
  }

  /** Checks a data set's targets, and arranges them for this model's tasks. */
  targetsOf(where: string, data: Dataset): TargetTable {
    if (!this.objective && !this.heads && data.targets.length > 1)
      throw new UnsupportedError(
        `${where}: this set has ${data.targets.length} targets, but the model has one output; choose one target, or use nn.multiTask`,
      );
    const found = this.objective ? ofObjective(where, data) : this.#found(where, data);
    const { size } = data;
    // An objective may do without targets.
    if (!found.length) return { values: new Float32Array(size), shape: [], tasks: 1 };
    const weighted = data.weights !== undefined || found.some(({ mask }) => mask);
    const weights = weighted ? new Float32Array(size * found.length) : undefined;
    found.forEach(({ mask }, t) => {
      for (let i = 0; weights && i < size; i++)
        weights[i * found.length + t] = (mask?.[i] ?? 1) * (data.weights?.[i] ?? 1);
    });
    const [first] = found;
    if (this.objective ? !first.name : !this.heads)
      return { values: first.values, shape: first.shape, weights, tasks: 1 };
    const heads = headsOfShapes(Object.fromEntries(found.map(({ name, shape }) => [name, shape])));
    const values = sideBySide(
      where,
      heads,
      found.map((target) => target.values),
    );
    return { values, shape: [widthOf(heads)], heads, weights, tasks: found.length };
  }

  #found(where: string, data: Dataset): Target[] {
    return this.list.map((task) => {
      const target =
        data.targets.length === 1 && !this.heads ? data.targets[0] : data.targets.find((t) => t.name === task.name);
      if (!target)
        throw new DataError(
          `${where}: the set has no target '${task.name}'; its targets are ${data.targets.map((t) => `'${t.name}'`).join(', ')}`,
        );
      checkLabels(where, task.loss, target.values, [data.size, ...target.shape], task.output);
      if (data.lengths) checkPadding(where, task.loss, [data.size, ...target.shape], data.shape[0]);
      if ((target.mask || data.weights) && !task.loss.weighted)
        throw new UnsupportedError(
          `${where}: the set has weights or a mask, which the loss ${task.loss.config.name} does not take; leave them out`,
        );
      return target;
    });
  }
}

/** Refuses targets of steps that are padding in part, for a loss that cannot leave them out. */
export function checkPadding(where: string, loss: TakenLoss, target: Shape, steps: number): void {
  if (target[1] === steps && !loss.weighted)
    throw new UnsupportedError(
      `${where}: there is a target for each step, and steps that are padding, which the loss ${loss.config.name} cannot leave out; write an objective`,
    );
}

/** The targets that an objective gets. */
function ofObjective(where: string, { targets, weights }: Dataset): readonly Target[] {
  if (weights || targets.some(({ mask }) => mask))
    throw new UnsupportedError(
      `${where}: the set has weights or a mask, which an objective does not get; give them as targets by name, y: { label, weight }`,
    );
  return targets;
}
/** Stands where an objective takes the place of losses. */
export const NO_LOSS: Loss = /*#__PURE__*/ configured('objective', {}, () => {
  throw new UnsupportedError(
    'the model was trained by an objective, which has no loss of outputs and targets; give one',
  );
});

/** Sequences that are padded behind to `steps`, and how many steps each row has, [n]. */
export interface Padded {
  readonly steps: number;
  readonly lengths: Tensor;
}
/** The weights of a loss or metric: those of the rows, or of their steps where these have targets and some are padding. */
export function weightsOf(output: Tensor, target: Tensor, rows?: Tensor, padded?: Padded): Tensor | undefined {
  if (!padded || target.shape[1] !== padded.steps || output.shape[1] !== padded.steps) return rows;
  const mask = within(padded.lengths, padded.steps);
  return rows ? mul(mask, reshape(rows, [rows.size, 1])) : mask;
}

/** One target, or several by the heads' names. */
export type Targeted = Tensor | ByHead<Tensor>;
/** Targets row after row, those of several heads side by side. */
export interface TargetTable {
  readonly values: Float32Array | Int32Array;
  /** The shape of one row's target. */
  readonly shape: Shape;
  readonly heads?: readonly Head[];
  /** [rows, tasks] */
  readonly weights?: Float32Array;
  readonly tasks: number;
}
/** Splits packed target rows into one tensor per task. */
export const targetsIn = (rows: Tensor, heads: readonly Head[] | undefined): Targeted =>
  heads ? unpacked(rows, heads) : rows;

/** Checks the value of an option: one value, or one for each head. */
function eachHead(option: string, given: unknown, look: (option: string, own: unknown) => unknown): void {
  if (!isByHead(given)) look(option, given);
  else for (const [name, own] of Object.entries(given)) look(`${option}.${name}`, own);
}
/** Refuses a value that is not a loss. */
export const checkLosses = (where: string, losses: Losses | undefined): void =>
  eachHead('loss', losses, (option, loss) => lossOf(where, option, loss));
/** Refuses a value that is not a metric. */
export const checkMetrics = (where: string, metrics: Metrics | undefined): void =>
  eachHead('metrics', metrics, (option, some) => named(where, option, some));
/** Resolves losses that depend on a data set, such as balanced class weights, for this set. */
export function lossesFor(losses: Losses, { targets }: Dataset): Losses {
  const own = (loss: Loss, name: string): Loss => {
    const target = targets.length === 1 && !name ? targets[0] : targets.find((t) => t.name === name);
    return typeof loss === 'function' && loss.fit && target ? loss.fit(target) : loss;
  };
  if (!isByHead(losses)) return own(losses, '');
  return Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, own(loss, name)]));
}

/** Whether a value is a plain object with entries by head, rather than a factory's result. */
export const isByHead = <T>(x: T): x is Extract<T, ByHead<unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && typeof (x as Partial<Configured>).config !== 'object';

const suffix = (v: unknown): string | number => (typeof v === 'number' ? v : typeof v === 'string' ? `(${v})` : '');

/** Metrics by their names in the history: those of factories and functions. Where a name is there several times, what the factory
 *  took follows it: 'topK1', 'topK3', 'recall(setosa)'. */
function named(where: string, option: string, some: unknown, target?: Target): ReadonlyMap<string, TakenMetric> {
  const metrics = listOf(some).map((one, i) =>
    metricOf(where, Array.isArray(some) ? `${option}[${i}]` : option, one, target),
  );
  const names = metrics.map(({ config }) => config.name);
  const found = new Map<string, TakenMetric>();
  for (const metric of metrics) {
    const { name, options } = metric.config;
    const several = names.indexOf(name) < names.lastIndexOf(name);
    const own = several ? name + Object.values(options).map(suffix).join('') : name;
    if (own === 'loss' || found.has(own))
      throw new OptionError(`${where}: ${option}: '${own}' is there twice; leave one out, or give it another name`);
    found.set(own, metric);
  }
  return found;
}

/** Kendall et al. (2018): a task's loss counts less the more uncertain it is. s = log σ², one for each task, is learned: classes
 *  e⁻ˢL + s/2, values (e⁻ˢL + s)/2. */
export const uncertain = ({ list }: Tasks, losses: readonly Tensor[], s: readonly Tensor[]): Tensor =>
  losses
    .map((loss, i) => {
      const own = reshape(s[i], []);
      const counted = mul(exp(neg(own)), loss);
      return list[i].loss.labels ? add(counted, scale(own, 0.5)) : scale(add(counted, own), 0.5);
    })
    .reduce((sum, each) => add(sum, each));
/** Returns the learned weight of a task's loss. */
export const certainty = ({ loss }: Task, s: number): number => exponential(-s) * (loss.labels ? 1 : 0.5);
