import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed, refuseShared } from '../data/leakage.js';
import { DataError, DivergenceError, OptionError } from '../errors.js';
import { type AnyModel, built, isModel, type State } from '../nn/model.js';
import { callable, checkKeys, integer, isGiven, record, shown } from '../options.js';
import { directionOf, type Mode } from '../optim/direction.js';
import type { Optimizer } from '../optim/optimizer.js';
import { seedKey } from '../random/keys.js';
import { readable, short, table } from '../readable.js';
import { augmentedShape } from '../train/augmented.js';
import { fit } from '../train/fit.js';
import { checked, type FitOptions } from '../train/fitOptions.js';
import { type EpochRecord, valueAt, valuesOf } from '../train/history.js';
import { checkOptimizer, recipeOf } from '../train/recipe.js';
import { Tasks } from '../train/tasks.js';

export type CompareOptimizersOptions = Omit<FitOptions, 'optimizer' | 'validation'> & {
  /** The number of seeds, which count from `seed` on, or a list of seeds. Default 3. */
  seeds?: number | readonly number[];
  /** The value of the last epoch by which optimizers are ranked, as a path in its record. Default 'validation.loss', or
   *  'training.loss' without a validation set. */
  by?: string;
  /** Whether small or large values are good. Default: the direction that the name tells. */
  mode?: Mode;
};
/** The training with one optimizer and one seed. */
export interface ComparedRun {
  readonly seed: number;
  readonly history: readonly EpochRecord[];
  /** The value by which is ranked; NaN where the training diverged. */
  readonly value: number;
  readonly diverged: boolean;
}
export interface ComparedOptimizer {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
  /** The mean over the seeds, and the band: the least and the largest value. NaN where a training diverged. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}
export interface OptimizerComparison {
  readonly by: string;
  /** In the order given. */
  readonly optimizers: readonly ComparedOptimizer[];
  /** The name of the optimizer whose band is better than all others, if there is one. */
  readonly leader?: string;
  /** A sentence that says who leads; 'no clear winner' where bands overlap. */
  readonly verdict: string;
}

/** Trains the same network with several optimizers, over several seeds. For each seed all optimizers start from the same
 *  initial weights and see the same batches. `build()` returns a new model each time; `data` is { train, validation } as
 *  in `capacityCurve`, or a training set alone. Options are those of `fit`. A training that diverges counts as lost.
 *  Throws a LeakageError for a sealed set.
 *  @example
 *  const race = await compareOptimizers(() => nn.sequential([nn.dense(16), nn.relu(), nn.dense(2)]),
 *    { sgd: sgd({ learningRate: 0.1 }), adam: adam() }, { train, validation }, { loss: crossEntropy(), epochs: 5, seeds: 3 })
 *  console.log(race.verdict) */
export async function compareOptimizers(
  build: () => AnyModel,
  optimizers: readonly Optimizer[] | Readonly<Record<string, Optimizer>>,
  data: Dataset | { readonly train: Dataset; readonly validation?: Dataset },
  options: CompareOptimizersOptions,
): Promise<OptimizerComparison> {
  const where = 'compareOptimizers';
  callable(where, 'build', build, 'a function that makes a model');
  const named = namesOf(where, optimizers);
  const { train, validation } = setsOf(where, data);
  checkKeys(where, options, Object.keys(Object(options)), true);
  const { seeds: given, by: path, mode, ...rest } = options;
  if ('optimizer' in rest || 'validation' in rest)
    throw new OptionError(
      `${where}: optimizer and validation are no options; give optimizers, and data with validation`,
    );
  const seeds = seedsOf(where, given ?? undefined, rest.seed ?? undefined);
  const by = path ?? (validation ? 'validation.loss' : 'training.loss');
  const sign = directionOf(where, by, mode ?? undefined, 'by');
  const planned = (optimizer: Optimizer, seed: number): FitOptions => ({ ...rest, optimizer, validation, seed });
  for (const [, optimizer] of named) {
    recipeOf(where, checked(train, planned(optimizer, seeds[0]), where));
  }

  const seen = new WeakSet<object>();
  const found = named.map(([name]) => ({ name, runs: [] as ComparedRun[] }));
  for (const seed of seeds) {
    let first: State | undefined;
    for (const [i, [, optimizer]] of named.entries()) {
      const model = build();
      if (!isModel(model) || seen.has(model))
        throw new OptionError(
          `${where}: build returned ${seen.has(model) ? 'a model that it had returned before' : shown(model)}; it must return a new model, such as nn.sequential([…])`,
        );
      seen.add(model);
      const plan = planned(optimizer, seed);
      const recipe = recipeOf(where, checked(train, plan, where));
      void new Tasks(where, built(model, augmentedShape(train.shape, recipe.augment), seed), recipe);
      if (first) model.load(first);
      else first = model.state();
      found[i].runs.push(await trained(where, model, train, plan, by));
    }
  }
  const compared = found.map(({ name, runs }) => {
    const values = runs.map(({ value }) => value);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { name, runs, mean, low: Math.min(...values), high: Math.max(...values) };
  });
  return readable({ by, optimizers: compared, ...judged(compared, by, sign) }, (all) => {
    const rows = all.optimizers.map(({ name, mean, low, high }) => [name, mean, low, high]);
    return `${table([['optimizer', `mean ${by}`, 'least', 'largest'], ...rows])}\n${all.verdict}`;
  });
}

async function trained(
  where: string,
  model: AnyModel,
  train: Dataset,
  plan: FitOptions,
  by: string,
): Promise<ComparedRun> {
  const history: EpochRecord[] = [];
  const seed = plan.seed ?? 0;
  const onEpoch: FitOptions['onEpoch'] = (record) => {
    history.push(record);
    return plan.onEpoch?.(record);
  };
  try {
    await fit(model, train, { ...plan, onEpoch });
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { seed, history, value: Number.NaN, diverged: true };
  }
  const last = history[history.length - 1];
  const value = last && valueAt(last, by);
  if (value === undefined)
    throw new OptionError(
      `${where}: by is '${by}', which an epoch does not have; there are ${last ? valuesOf(last).join(', ') : 'no epochs'}`,
    );
  return { seed, history, value, diverged: false };
}

function judged(
  all: readonly ComparedOptimizer[],
  by: string,
  sign: 1 | -1,
): Pick<OptimizerComparison, 'leader' | 'verdict'> {
  const said = ({ name, mean, low, high }: ComparedOptimizer): string =>
    `${name} with ${short(mean)} (${short(low)} to ${short(high)})`;
  const lost = all.filter(({ mean }) => Number.isNaN(mean)).map(({ name }) => name);
  const note = lost.length ? `; ${lost.join(', ')} diverged` : '';
  const [best, ...others] = all.filter(({ mean }) => !Number.isNaN(mean)).sort((a, b) => sign * (a.mean - b.mean));
  if (!best) return { verdict: 'no clear winner: every optimizer diverged' };
  const seeds = best.runs.length;
  const near = others.filter((o) => (sign > 0 ? o.low <= best.high : o.high >= best.low));
  if (seeds === 1) return { verdict: `no clear winner: one seed has no band; the best ${by} has ${said(best)}${note}` };
  if (near.length)
    return {
      verdict: `no clear winner in ${by} over ${seeds} seeds: ${[best, ...near].map(said).join(', ')} overlap${note}`,
    };
  const next = others.length ? `, before ${said(others[0])}` : '';
  return { leader: best.name, verdict: `${said(best)} leads in ${by} over ${seeds} seeds${next}${note}` };
}

function namesOf(
  where: string,
  optimizers: readonly Optimizer[] | Readonly<Record<string, Optimizer>>,
): [string, Optimizer][] {
  const isList = Array.isArray(optimizers);
  if (!isList) record(where, 'optimizers', optimizers, 'optimizers by name, { adam: adam() }, or a list of them');
  const list: [string, Optimizer][] = Object.entries(optimizers as Record<string, Optimizer>);
  if (list.length < 2)
    throw new OptionError(
      `${where}: optimizers are ${shown(optimizers)}; give at least two, such as { sgd: sgd({ learningRate: 0.1 }), adam: adam() }`,
    );
  for (const [, optimizer] of list) checkOptimizer(`${where}: optimizers`, optimizer);
  if (!isList) return list;
  const seen = new Map<string, number>();
  return list.map(([, optimizer]) => {
    const { name } = optimizer.config;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count > 1 ? `${name} ${count}` : name, optimizer];
  });
}

function setsOf(where: string, data: unknown): { train: Dataset; validation?: Dataset } {
  const { train = data, validation } = Object(data) as { train?: unknown; validation?: unknown };
  for (const set of [train, validation]) refuseSealed(where, set);
  if (typeof data !== 'object' || data === null)
    throw new DataError(`${where}: the data are ${shown(data)}; give { train, validation } or a training set`);
  checkDataset(where, train as Dataset);
  if (!isGiven(validation)) return { train: train as Dataset };
  checkDataset(where, validation as Dataset);
  refuseShared(where, train as Dataset, validation as Dataset);
  return { train: train as Dataset, validation: validation as Dataset };
}

function seedsOf(where: string, given: number | readonly number[] = 3, from = 0): readonly number[] {
  seedKey(from, where);
  const list = Array.isArray(given)
    ? Array.from(given as readonly number[])
    : Array.from({ length: integer(where, 'seeds', given, 1, 1000) }, (_, i) => from + i);
  if (!list.length) throw new OptionError(`${where}: seeds is []; give a number of seeds or a list such as [0, 1, 2]`);
  for (const [i, seed] of list.entries()) seedKey(seed, `${where}: seeds[${i}]`);
  return list;
}
