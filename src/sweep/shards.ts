import * as regulus from '../index.js';
import {
  type AnyModel,
  type Dataset,
  type FitOptions,
  OptionError,
  packed,
  RegulusError,
  sha256Now,
} from '../index.js';
import type { Answered } from './averaging.js';
import { inMemory } from './blobs.js';
import { changeOf, packedChange } from './changes.js';
import type { Blobs, Engine, Runner } from './job.js';
import { inLanes } from './lanes.js';
import { FEDERATED, load, type Local, sizesOf, updated, vectorOf } from './local.js';
import { fromBytes, toBytes } from './pack.js';

/** The shards' side of federated rounds: a round takes the common parameters, and returns what each shard has answered. */
export interface Shards {
  round(round: number, theta: Float32Array): Promise<readonly Answered[]>;
  close(): Promise<void>;
}
/** What the shards train. */
export interface Training {
  readonly model: AnyModel;
  readonly shards: readonly Dataset[];
  /** The options of fit. */
  readonly recipe: Partial<FitOptions>;
  readonly localOf: (round: number, shard: number) => Local;
  /** The seconds of a round. */
  readonly roundSeconds?: number;
}

/** Shards that train in this thread, one after another. */
export function here({ model, shards, recipe, localOf }: Training): Shards {
  const sizes = sizesOf(model);
  return {
    async round(round, theta) {
      const answers: Answered[] = [];
      for (const [i, shard] of shards.entries()) {
        load(model, theta);
        const local = localOf(round, i);
        const answer = updated(model, shard, recipe, local).then(
          (loss) => answeredBy(local, packedChange(local.deltas, vectorOf(model), theta, sizes), theta, sizes, loss),
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

function answeredBy(
  { deltas }: Local,
  arrays: Parameters<typeof changeOf>[1],
  theta: Float32Array,
  sizes: readonly number[],
  loss: number,
): Answered {
  const change = changeOf(deltas, arrays, theta, sizes);
  return typeof change === 'string' ? { reason: change } : { change, loss };
}

/** Reads the update that a worker has sent; whatever its bytes are, the answer says what is wrong with them. */
function read(bytes: Uint8Array | undefined, ...more: [Local, Float32Array, readonly number[], number]): Answered {
  const [local, theta, sizes, loss] = more;
  if (!bytes) return { reason: 'its update is gone' };
  try {
    return answeredBy(local, fromBytes(bytes).arrays, theta, sizes, loss);
  } catch {
    return { reason: 'its update cannot be read' };
  }
}

/** Shards that train where an engine lets them. */
export async function inEngine(engine: Engine, training: Training): Promise<Shards> {
  const { model, shards, recipe, localOf, roundSeconds } = training;
  const own = inMemory();
  const trainings = shards.map((shard) => {
    const { job, arrays } = packed(model, shard, { ...recipe, epochs: 1 } as FitOptions, regulus);
    return toBytes(job, arrays);
  });
  const sizes = sizesOf(model);
  const zeros = vectorOf(model).fill(0);
  const check = (update: Uint8Array | undefined): string | undefined => {
    const answer = read(update, localOf(1, 0), zeros, sizes, 0);
    return 'reason' in answer ? answer.reason : undefined;
  };
  const stopper = new AbortController();
  const opening = { where: 'federated', study: FEDERATED, blobs: own, signal: stopper.signal, version: '', check };
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
      const limit = within(roundSeconds);
      const answer = async (training: string, shard: number): Promise<Answered> => {
        const update = `${common}-${shard}`;
        const local = localOf(round, shard);
        const parameters = { ...local, training, theta: common, update };
        const trial = (round - 1) * shards.length + shard;
        const job = { trial, parameters, resource: local.localSteps, seed: local.seed };
        const outcome = await runner.run(job, limit?.late);
        const bytes = await blobs.get(update);
        await blobs.drop(update);
        if (outcome?.state !== 'completed') return { reason: outcome?.reason ?? 'it was ended' };
        return read(bytes, local, theta, sizes, outcome.value);
      };
      try {
        return await inLanes(keys, runner.slots, (key, shard) => {
          if (!limit) return answer(key, shard);
          return limit.isOver() ? limit.late : Promise.race([limit.late, answer(key, shard)]);
        });
      } finally {
        limit?.free();
        await blobs.drop(common);
      }
    },
    async close() {
      for (const key of new Set(keys)) await blobs.drop(key);
      stopper.abort();
      await runner.close();
    },
  };
}

/** The answer of shards that have not answered after so many seconds. */
interface Limit {
  readonly late: Promise<Answered>;
  isOver(): boolean;
  free(): void;
}
function within(seconds: number | undefined): Limit | undefined {
  if (seconds === undefined) return undefined;
  let over = false;
  let free = (): void => undefined;
  const late = new Promise<Answered>((resolve) => {
    const timer = setTimeout(() => {
      over = true;
      resolve({ reason: `it gave no update within ${seconds} seconds` });
    }, 1000 * seconds);
    free = () => clearTimeout(timer);
  });
  return { late, isOver: () => over, free };
}
