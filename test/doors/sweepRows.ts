import { crossEntropy, sgd } from '../../src/index.js';
import {
  choice,
  federated,
  gateway,
  integer,
  joinSweep,
  logUniform,
  redis,
  s3,
  search,
  threads,
  uniform,
  worker,
} from '../../src/sweep/index.js';
import type { Door, Doors } from './harness.js';
import { classes } from './dataRows.js';
import * as k from './kinds.js';
import { network } from './trainingRows.js';

const row = (call: unknown, args: Door['args'], options?: Door['options'], more?: Partial<Door>): Door => ({
  call: call as Door['call'],
  args,
  options,
  ...more,
});
const isFunction = (x: unknown): boolean => typeof x === 'function';
/** An object of functions by name, which classes of a user's own may be too. */
const studies = k.only(() => ({ bowl: () => 1 }));
const queue = k.or(k.text('doors'), (x) => typeof x === 'string' && x !== '' && !x.includes(':'));
/** Folders would be made of texts. */
const store = {
  ...k.only(() => ({ get: () => undefined, put: () => undefined })),
  endless: (x: unknown) => typeof x === 'string' && x !== '',
};
const url = k.only(() => 'redis://127.0.0.1:1');
/** There is no server at that port, which is told after everything else was checked. */
const unreached = async (call: () => Promise<unknown>): Promise<unknown> =>
  call().catch((error: Error) => {
    if (!error.message.includes('there is no Redis at')) throw error;
  });

export const sweepRows: Doors = {
  uniform: row(uniform, { low: k.finite(0), high: k.finite(1) }),
  logUniform: row(logUniform, { low: k.above0(0.1), high: k.above0(1) }),
  integer: row(integer, { low: k.whole(0, -1e16), high: k.whole(3, -1e16) }),
  choice: row(choice, {
    values: k.or(
      k.only(() => [16, 64]),
      Array.isArray,
    ),
  }),
  search: row(
    search,
    {
      study: k.or(
        k.called(() => () => 1),
        (x) => typeof x === 'string',
      ),
      space: k.only(() => ({ x: choice([1, 2]) })),
    },
    {
      trials: k.whole(2),
      method: k.word('grid'),
      seed: k.finite(1),
      signal: k.only(() => new AbortController().signal),
      // What throws or rejects is the listener's own error.
      onTrial: { ...k.called(() => () => undefined), endless: isFunction },
      // Folders would be made of other texts.
      resume: { ...k.optional(k.only(() => undefined)), endless: (x) => typeof x === 'string' && x !== '' },
      maxResource: k.whole(1),
      levels: k.whole(2),
      median: k.or(k.flag(false), (x) => Object.prototype.toString.call(x) === '[object Object]'),
      version: k.or(k.text('b'), (x) => x === ''),
    },
    { needed: true },
  ),
  federated: row(
    async (...given: Parameters<typeof federated>) => (await federated(...given)).rounds,
    { model: k.model(network), shards: k.only(() => [classes()]) },
    {
      loss: k.called(() => crossEntropy()),
      optimizer: k.only(() => sgd({ learningRate: 0.1 })),
      rounds: k.times(1),
      localSteps: k.times(1),
      batchSize: k.or(k.whole(4), (x) => x === 'full'),
      outer: k.or(
        k.only(() => ({ learningRate: 0.7, momentum: 0.9 })),
        (x) => Object.prototype.toString.call(x) === '[object Object]' && Object.keys(x as object).length === 0,
      ),
      deltas: k.word('bf16'),
      outlier: k.between(5, 1, Number.MAX_VALUE),
      roundSeconds: k.above0(5),
      // Folders would be made of other texts.
      resume: { ...k.optional(k.only(() => undefined)), endless: (x) => typeof x === 'string' && x !== '' },
      seed: k.finite(1),
      onRound: { ...k.called(() => () => undefined), endless: isFunction },
      signal: k.only(() => new AbortController().signal),
    },
    { needed: true, says: '' },
  ),
  threads: row(
    threads,
    {},
    { module: k.only(() => new URL('file:///studies.mjs')), workers: k.whole(2) },
    { needed: true, says: 'threads' },
  ),
  redis: row(redis, {}, { url, queue, store }, { needed: true }),
  gateway: row(
    gateway,
    {},
    {
      port: { ...k.whole(8080), accepts: (x) => Number.isInteger(x) && (x as number) > 0 && (x as number) < 65_536 },
      host: k.text('127.0.0.1'),
      token: k.only(() => 'sixteen characters or more'),
      quorum: k.whole(1),
      lockSeconds: k.between(30, 0.1, 86_400),
      jobSeconds: k.above0(600),
      onBan: k.called(() => () => undefined),
    },
    { needed: true },
  ),
  joinSweep: row(
    joinSweep,
    { url: k.only(() => 'ws://127.0.0.1:1') },
    {
      token: k.text('sixteen characters or more'),
      studies,
      name: k.text('ann'),
      // Without one it would go on for ever.
      signal: { ...k.only(() => AbortSignal.abort()), endless: (x) => x === undefined || x === null },
      onJob: k.called(() => () => undefined),
    },
    { needed: true },
  ),
  s3: row(
    s3,
    {},
    {
      bucket: k.text('trainings'),
      endpoint: k.only(() => 'http://127.0.0.1:1'),
      region: k.text('us-east-1'),
      prefix: k.or(k.text('regulus/'), (x) => x === ''),
      accessKeyId: k.text('key'),
      secretAccessKey: k.text('secret'),
      sessionToken: k.or(k.text('token'), (x) => x === ''),
    },
    { needed: true },
  ),
  worker: row(
    (options: never) => unreached(() => worker(options)),
    {},
    { url, queue, store, studies, workers: k.whole(1), lockSeconds: k.between(30, 0.1, 86_400) },
    { needed: true },
  ),
};
