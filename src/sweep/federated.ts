import {
  type AnyModel,
  checkDataset,
  checkKeys,
  checkModel,
  DataError,
  type Dataset,
  type FitOptions,
  flag,
  inRange,
  integer,
  isGiven,
  oneOf,
  OptionError,
  positive,
  readable,
  refuse,
  refuseSealed,
  shown,
  table,
} from '../index.js';
import { averaged, type Outer } from './averaging.js';
import { DELTAS, type Deltas } from './changes.js';
import type { Engine } from './job.js';
import { load, type Local, sizesOf, vectorOf } from './local.js';
import { noProgress, progressIn } from './progress.js';
import { here, inEngine } from './shards.js';

type Recipe = Pick<
  FitOptions,
  | 'loss'
  | 'lossWeights'
  | 'optimizer'
  | 'penalties'
  | 'augment'
  | 'adversarial'
  | 'noise'
  | 'clip'
  | 'constrain'
  | 'groups'
  | 'accumulate'
  | 'rules'
  | 'batchSize'
>;
const RECIPE = [
  ...['loss', 'lossWeights', 'optimizer', 'penalties', 'augment', 'adversarial', 'noise', 'clip', 'constrain'],
  ...['groups', 'accumulate', 'rules', 'batchSize'],
];

const OWN = [
  ...['rounds', 'localSteps', 'engine', 'outer', 'deltas', 'outlier', 'roundSeconds'],
  ...['resume', 'seed', 'onRound', 'signal'],
];

/** The options of `federated`: those of fit that say what an update is, and these. */
export interface FederatedOptions extends Recipe {
  /** How often the shards' updates are averaged. */
  rounds: number;
  /** How many updates each shard makes in a round. */
  localSteps: number;
  /** Where the shards train: threads(…) or redis(…). Default: here, one after another. */
  engine?: Engine;
  /** What is done with the mean change: SGD with this rate, momentum and Nesterov's form. Default { learningRate: 1, momentum: 0 }, federated
   *  averaging (McMahan et al. 2017). DiLoCo (Douillard et al. 2023) is { learningRate: 0.7, momentum: 0.9, nesterov: true }. */
  outer?: { learningRate?: number; momentum?: number; nesterov?: boolean };
  /** How a shard's update travels. 'f32' sends its parameters; 'bf16' and 'int8' send what has changed in them, in half and a quarter of the bytes,
   *  rounded to bfloat16, or for each tensor to 255 levels. The bits are those of one process for each. Default 'f32'. */
  deltas?: Deltas;
  /** A shard is left out of a round whose change has more than so many times the median length of the round. Default 10. */
  outlier?: number;
  /** The seconds that a round may take: shards of which the engine has no update by then are left out, so that the result depends on
   *  who is quick. Without an engine it has no effect. Default: as long as it takes. */
  roundSeconds?: number;
  /** A folder for the state after each round, from which a training goes on whose process has died, to the same bits. */
  resume?: string;
  /** The seed of initial values, of the order of rows, and of dropout. Default 0. */
  seed?: number;
  /** Hears of each round, also of those that a resumed training finds. */
  onRound?: (round: Round) => void;
  /** Ends the training after the round that runs. */
  signal?: AbortSignal;
}
/** A round of a federated training. */
export interface Round {
  /** Its number, from 1. */
  readonly round: number;
  /** The mean loss of the shards' batches, weighted by their rows. */
  readonly loss: number;
  /** The shards whose updates were left out, and why. */
  readonly left: readonly { readonly shard: number; readonly reason: string }[];
}
export interface FederatedResult<M extends AnyModel> {
  readonly model: M;
  readonly rounds: readonly Round[];
}

/** Trains a model on shards whose rows stay apart: in each round every shard makes `localSteps` updates from the common parameters, and the mean of
 *  what has changed, weighted by the shards' rows, is taken over. Sums are of float64, in the order of the shards, so that the result has
 *  the same bits for every engine and any number of workers. The model is trained in place, and built if it is not; statistics such as those
 *  of batchNorm are averaged too. Optimizers of shards begin anew in every round.
 *
 *  An update that is not finite, has another size or is far longer than the others, and a shard whose training throws or whose workers die, are
 *  left out of the round and named; a round without any update rejects with a DataError. With an engine, functions of your own cannot be
 *  sent: UnsupportedError. A folder that holds another training is refused with an OptionError.
 *  @example
 *  import { federated } from 'regulus/sweep'
 *  const { rounds } = await federated(model, [data.slice(0, 30), data.slice(30)], { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), rounds: 3, localSteps: 4 })
 *  console.log(rounds.at(-1).loss) */
export async function federated<M extends AnyModel>(
  model: M,
  shards: readonly Dataset[],
  options: FederatedOptions,
): Promise<FederatedResult<M>> {
  const where = 'federated';
  checkKeys(where, options, [...RECIPE, ...OWN], true);
  checkModel(where, model);
  if (!Array.isArray(shards) || !shards.length) refuse(where, 'shards', shards, 'a list of data sets');
  shards.forEach((shard, i) => {
    checkDataset(`${where}: shards[${i}]`, shard);
    refuseSealed(`${where}: shards[${i}]`, shard);
    const [own, first] = [shard, shards[0]].map(({ shape }) => shape.join(', '));
    if (own !== first)
      throw new DataError(
        `${where}: shards[${i}] has examples of [${own}], and shards[0] [${first}]; all must be alike`,
      );
  });
  const { rounds, localSteps, engine, outer, deltas: sent, outlier: most, roundSeconds, ...others } = options;
  const { resume, seed: given, onRound, signal, ...recipe } = others;
  integer(where, 'rounds', rounds, 1);
  integer(where, 'localSteps', localSteps, 1);
  const seed = inRange(where, 'seed', given ?? 0, Number.NEGATIVE_INFINITY);
  const deltas = oneOf(where, 'deltas', sent ?? 'f32', DELTAS);
  const outlier = inRange(where, 'outlier', most ?? 10, 1);
  if (isGiven(roundSeconds)) positive(where, 'roundSeconds', roundSeconds);
  if (isGiven(engine) && typeof engine?.open !== 'function')
    throw new OptionError(
      `${where}: engine is ${shown(engine)}; it is made by threads({ module }), redis({ url }) or gateway({ port, token })`,
    );
  if (isGiven(onRound) && typeof onRound !== 'function') refuse(where, 'onRound', onRound, 'a function of a round');
  if (isGiven(signal) && typeof signal?.aborted !== 'boolean') refuse(where, 'signal', signal, 'an AbortSignal');
  if (isGiven(resume) && (typeof resume !== 'string' || !resume))
    refuse(where, 'resume', resume, 'the path of a folder');
  const step = outerOf(where, outer);
  const { batchSize = 32 } = recipe;
  const localOf = (round: number, shard: number): Local => ({
    round,
    shard,
    localSteps,
    batchSize: batchSize === 'full' ? shards[shard].size : integer(where, 'batchSize', batchSize, 1),
    accumulate: integer(where, 'accumulate', recipe.accumulate ?? 1, 1),
    seed,
    deltas,
  });
  const { accumulate } = localOf(1, 0);
  if (!isBuilt(model)) model.build(shards[0].shape, { seed });
  const theta = vectorOf(model);
  const common = { theta, velocity: new Float64Array(theta.length) };
  const settings = {
    ...{ localSteps, batchSize, accumulate, seed, deltas, outer: step, outlier },
    tensors: sizesOf(model),
    rows: shards.map(({ size }) => size),
  };
  const progress = isGiven(resume) ? await progressIn(where, resume as string, settings, common) : noProgress;
  const training = { model, shards, recipe, localOf, ...(isGiven(roundSeconds) && { roundSeconds }) };
  const done: Round[] = [...progress.done];
  for (const round of done) onRound?.(round);
  const trained = engine ? await inEngine(engine, training) : here(training);
  try {
    for (let round = done.length + 1; round <= rounds && !signal?.aborted; round++) {
      const answers = await trained.round(round, theta);
      done.push(averaged(where, round, common, answers, shards, step, outlier));
      await progress.keep(done);
      onRound?.(done[done.length - 1]);
    }
  } finally {
    await trained.close();
    load(model, theta);
  }
  return readable({ model, rounds: done }, (found) =>
    table([['round', 'loss', 'left out'], ...found.rounds.map(({ round, loss, left }) => [round, loss, left.length])]),
  );
}

function isBuilt(model: AnyModel): boolean {
  try {
    model.state();
    return true;
  } catch {
    return false;
  }
}

function outerOf(where: string, given: FederatedOptions['outer']): Outer {
  checkKeys(`${where}: outer`, given ?? {}, ['learningRate', 'momentum', 'nesterov']);
  return {
    rate: inRange(where, 'outer.learningRate', given?.learningRate ?? 1, 0),
    momentum: inRange(where, 'outer.momentum', given?.momentum ?? 0, 0, 1),
    nesterov: flag(where, 'outer.nesterov', given?.nesterov ?? true),
  };
}
