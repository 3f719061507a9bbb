import * as regulus from '../index.js';
import {
  type AnyModel,
  type Dataset,
  draws,
  type FitOptions,
  fit,
  permutation,
  seedKey,
  type TrainingJob,
  unpacked,
} from '../index.js';
import { type Deltas, packedChange } from './changes.js';
import type { Blobs, Study } from './job.js';
import { fromBytes, toBytes } from './pack.js';

/** Streams of draws: of a shard's seed in a round, and of its rows. */
const [SEEDS, ROWS] = [0xda7a0211, 0xda7a0212];

/** What a shard does in a round. */
export interface Local {
  readonly round: number;
  readonly shard: number;
  readonly localSteps: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly seed: number;
  readonly deltas: Deltas;
}

/** How many numbers each tensor of a model has, in the order of their names in the model. */
export const sizesOf = (model: AnyModel): number[] =>
  Object.values(model.state() as Record<string, Float32Array>).map(({ length }) => length);
/** The numbers of a model in one vector, in the order of their names in the model. */
export function vectorOf(model: AnyModel): Float32Array {
  const values = Object.values(model.state()) as Float32Array[];
  const vector = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of values) {
    vector.set(each, at);
    at += each.length;
  }
  return vector;
}
/** Writes such a vector back. */
export function load(model: AnyModel, vector: Float32Array): void {
  let at = 0;
  const state = Object.entries(model.state() as Record<string, Float32Array>).map(([name, { length }]) => {
    const values = vector.slice(at, at + length);
    at += length;
    return [name, values] as const;
  });
  model.load(Object.fromEntries(state));
}

/** Makes a shard's updates of a round, and returns the mean loss of their batches. Rows are dealt anew in each round and in each pass over them, as a function of seed,
 *  round, shard and pass; the optimizer begins anew. */
export async function updated(
  model: AnyModel,
  data: Dataset,
  options: Partial<FitOptions>,
  local: Local,
): Promise<number> {
  const { round, shard, localSteps, accumulate } = local;
  const seed = draws(seedKey(local.seed), SEEDS + shard, round).word();
  const batchSize = Math.min(local.batchSize, data.size);
  const rows = new Int32Array(localSteps * accumulate * batchSize);
  for (let [at, pass] = [0, 0]; at < rows.length; at += data.size, pass++)
    rows.set(permutation(data.size, seedKey(seed), ROWS, pass).subarray(0, rows.length - at), at);
  const { history } = await fit(model, data.rows(rows), {
    ...(options as FitOptions),
    epochs: 1,
    batchSize,
    shuffle: false,
    trainSample: 1,
    seed,
  });
  return history[0].loss;
}

/** The name of the study that workers know by themselves. */
export const FEDERATED = 'regulus.federated';

/** What a worker is told of a shard's part in a round: keys of blobs, and numbers. */
export interface Sent extends Local {
  readonly training: string;
  readonly theta: string;
  readonly update: string;
}

type Training = ReturnType<typeof unpacked>;
/** A training that this thread has unpacked, and the end of what is done with its model so far. */
interface Known {
  readonly training: Promise<Training>;
  turn: Promise<unknown>;
}
/** Those of the shards that it was given last. */
const known = new Map<string, Known>();
const MOST = 8;

async function blobOf(blobs: Blobs, key: string): Promise<ReturnType<typeof fromBytes>> {
  const bytes = await blobs.get(key);
  if (!bytes) throw new Error(`there is no ${key}; the coordinator has ended`);
  return fromBytes(bytes);
}

/** Calls a function with a training. One that is asked for several times at once, as by several workers in one thread, has one model, and is used
 *  by one after another. */
async function withTraining<T>(blobs: Blobs, key: string, use: (training: Training) => Promise<T>): Promise<T> {
  const read = async (): Promise<Training> => {
    const { value, arrays } = await blobOf(blobs, key);
    return unpacked(value as TrainingJob, arrays, regulus);
  };
  const found: Known = known.get(key) ?? { training: read(), turn: Promise.resolve() };
  known.delete(key);
  known.set(key, found);
  found.training.catch(() => known.delete(key));
  if (known.size > MOST) known.delete(known.keys().next().value as string);
  const result = found.turn.then(async () => use(await found.training));
  found.turn = result.catch(() => undefined);
  return result;
}

/** The study of a worker: a shard's updates of a round, from a vector to a vector. */
export const federatedStudy =
  (blobs: Blobs): Study<Sent> =>
  (sent) =>
    withTraining(blobs, sent.training, async ({ model, data, options }) => {
      const { arrays } = await blobOf(blobs, sent.theta);
      const theta = arrays[0] as Float32Array;
      load(model, theta);
      const value = await updated(model, data, options, sent);
      await blobs.put(sent.update, toBytes(null, packedChange(sent.deltas, vectorOf(model), theta, sizesOf(model))));
      return value;
    });
