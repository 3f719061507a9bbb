import * as regulus from '../index.js';
import {
  type AnyModel,
  checkKeys,
  checkModel,
  DataError,
  type Dataset,
  type FitOptions,
  flag,
  inRange,
  integer,
  isGiven,
  OptionError,
  packed,
  readable,
  RegulusError,
  refuse,
  sha256Now,
  shown,
  table,
  checkDataset,
  refuseSealed,
} from '../index.js';
import { inMemory } from './blobs.js';
import type { Blobs, Engine, Runner } from './job.js';
import { inLanes } from './lanes.js';
import { FEDERATED, load, type Local, updated, vectorOf } from './local.js';
import { fromBytes, toBytes } from './pack.js';

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
  /** The seed of initial values, of the order of rows, and of dropout. Default 0. */
  seed?: number;
  /** Hears of each round. */
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
 *  An update that is not finite or has another size, and a shard whose training throws or whose workers die, are left out of the round
 *  and named; a round without any update rejects with a DataError. With an engine, functions of your own cannot be sent: UnsupportedError.
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
  checkKeys(where, options, [...RECIPE, 'rounds', 'localSteps', 'engine', 'outer', 'seed', 'onRound', 'signal'], true);
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
  const { rounds, localSteps, engine, outer, seed: given, onRound, signal, ...recipe } = options;
  integer(where, 'rounds', rounds, 1);
  integer(where, 'localSteps', localSteps, 1);
  const seed = inRange(where, 'seed', given ?? 0, Number.NEGATIVE_INFINITY);
  if (isGiven(engine) && typeof engine?.open !== 'function')
    throw new OptionError(`${where}: engine is ${shown(engine)}; it is made by threads({ module }) or redis({ url })`);
  if (isGiven(onRound) && typeof onRound !== 'function') refuse(where, 'onRound', onRound, 'a function of a round');
  if (isGiven(signal) && typeof signal?.aborted !== 'boolean') refuse(where, 'signal', signal, 'an AbortSignal');
  const step = outerOf(where, outer);
  const { batchSize = 32 } = recipe;
  const local = (round: number, shard: number): Local => ({
    round,
    shard,
    localSteps,
    batchSize: batchSize === 'full' ? shards[shard].size : integer(where, 'batchSize', batchSize, 1),
    accumulate: integer(where, 'accumulate', recipe.accumulate ?? 1, 1),
    seed,
  });
  local(1, 0);
  if (!isBuilt(model)) model.build(shards[0].shape, { seed });
  const train = engine ? await inEngine(engine, model, shards, recipe, local) : here(model, shards, recipe, local);
  const done: Round[] = [];
  const theta = vectorOf(model);
  try {
    const momentum = new Float64Array(theta.length);
    for (let round = 1; round <= rounds && !signal?.aborted; round++) {
      const answers = await train.round(round, theta);
      done.push(averaged(where, round, theta, momentum, answers, shards, step));
      onRound?.(done[done.length - 1]);
    }
  } finally {
    await train.close();
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

interface Outer {
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}
function outerOf(where: string, given: FederatedOptions['outer']): Outer {
  checkKeys(`${where}: outer`, given ?? {}, ['learningRate', 'momentum', 'nesterov']);
  return {
    rate: inRange(where, 'outer.learningRate', given?.learningRate ?? 1, 0),
    momentum: inRange(where, 'outer.momentum', given?.momentum ?? 0, 0, 1),
    nesterov: flag(where, 'outer.nesterov', given?.nesterov ?? true),
  };
}

/** What a shard has answered: its vector and loss, or why there is none. */
type Answered = { readonly vector: Float32Array; readonly loss: number } | { readonly reason: string };

/** Takes the mean change over into θ. Each number is a sum over the shards in their order, in float64, and rounded once. */
function averaged(
  where: string,
  round: number,
  theta: Float32Array,
  velocity: Float64Array,
  answers: readonly Answered[],
  shards: readonly Dataset[],
  { rate, momentum, nesterov }: Outer,
): Round {
  const left: { shard: number; reason: string }[] = [];
  const taken: { vector: Float32Array; loss: number; rows: number }[] = [];
  answers.forEach((answer, shard) => {
    const reason = 'reason' in answer ? answer.reason : wrong(answer.vector, theta.length);
    if (reason !== undefined) left.push({ shard, reason });
    else taken.push({ ...(answer as { vector: Float32Array; loss: number }), rows: shards[shard].size });
  });
  if (!taken.length)
    throw new DataError(
      `${where}: no shard gave an update in round ${round}: shard ${left[0].shard}: ${left[0].reason}`,
    );
  const all = taken.reduce((sum, { rows }) => sum + rows, 0);
  for (let i = 0; i < theta.length; i++) {
    let change = 0;
    for (const { vector, rows } of taken) change += (rows / all) * (vector[i] - theta[i]);
    velocity[i] = momentum * velocity[i] + change;
    theta[i] += rate * (nesterov && momentum ? change + momentum * velocity[i] : velocity[i]);
  }
  return { round, loss: taken.reduce((sum, { loss, rows }) => sum + (rows / all) * loss, 0), left };
}

function wrong(vector: Float32Array, size: number): string | undefined {
  if (vector.length !== size) return `its update has ${vector.length} numbers, and the model ${size}`;
  const at = vector.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : `number ${at} of its update is ${vector[at]}`;
}

interface Trains {
  round(round: number, theta: Float32Array): Promise<readonly Answered[]>;
  close(): Promise<void>;
}
type LocalOf = (round: number, shard: number) => Local;

function here(model: AnyModel, shards: readonly Dataset[], recipe: Recipe, local: LocalOf): Trains {
  return {
    async round(round, theta) {
      const answers: Answered[] = [];
      for (const [i, shard] of shards.entries()) {
        load(model, theta);
        const answer = updated(model, shard, recipe, local(round, i)).then(
          (loss) => ({ vector: vectorOf(model), loss }),
          (error: unknown) => {
            // Wrong options are the caller's, and no shard's.
            if (error instanceof OptionError || !(error instanceof RegulusError)) throw error;
            return { reason: error.message };
          },
        );
        answers.push(await answer);
      }
      return answers;
    },
    close: async () => undefined,
  };
}

async function inEngine(
  engine: Engine,
  model: AnyModel,
  shards: readonly Dataset[],
  recipe: Recipe,
  local: LocalOf,
): Promise<Trains> {
  const own = inMemory();
  const trainings = shards.map((shard) => {
    const { job, arrays } = packed(model, shard, { ...recipe, epochs: 1 } as FitOptions, regulus);
    return toBytes(job, arrays);
  });
  const stopper = new AbortController();
  const opening = { where: 'federated', study: FEDERATED, blobs: own, signal: stopper.signal, version: '' };
  const runner: Runner = await engine.open(opening);
  const blobs: Blobs = runner.blobs ?? own;
  // Jobs of another run are not its own: blobs are gone when it has ended.
  const run = `federated-${globalThis.crypto.randomUUID()}`;
  const keys = trainings.map((bytes) => `${run}-${sha256Now(bytes).slice(0, 16)}`);
  for (const [i, bytes] of trainings.entries()) await blobs.put(keys[i], bytes);
  return {
    async round(round, theta) {
      const common = `${run}-${round}`;
      await blobs.put(common, toBytes(null, [theta]));
      const answer = async (training: string, shard: number): Promise<Answered> => {
        const update = `${common}-${shard}`;
        const parameters = { ...local(round, shard), training, theta: common, update };
        const trial = (round - 1) * shards.length + shard;
        const outcome = await runner.run({ trial, parameters, resource: parameters.localSteps, seed: parameters.seed });
        const bytes = await blobs.get(update);
        await blobs.drop(update);
        if (outcome?.state !== 'completed') return { reason: outcome?.reason ?? 'it was ended' };
        if (!bytes) return { reason: 'its update is gone' };
        return { vector: fromBytes(bytes).arrays[0] as Float32Array, loss: outcome.value };
      };
      const answers = await inLanes(keys, runner.slots, answer);
      await blobs.drop(common);
      return answers;
    },
    async close() {
      for (const key of new Set(keys)) await blobs.drop(key);
      stopper.abort();
      await runner.close();
    },
  };
}
