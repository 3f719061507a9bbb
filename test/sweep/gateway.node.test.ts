import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { dataset, mse, nn, sgd, UnsupportedError, WorkerError } from '../../src/index.js';
import { framesOf, Joiner } from '../../src/sweep/gateway/frames.js';
import {
  type Ban,
  federated,
  type FederatedOptions,
  gateway,
  type GatewayOptions,
  joinSweep,
  search,
  type SearchOptions,
  type Study,
  uniform,
} from '../../src/sweep/index.js';
import { toBytes } from '../../src/sweep/pack.js';
import { VERSION } from '../../src/sweep/version.js';
import { freePort } from './server.js';

test('the version is that of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});

const token = 'sixteen characters or more';
const stoppers: AbortController[] = [];
const sockets: WebSocket[] = [];
afterEach(() => {
  for (const stopper of stoppers.splice(0)) stopper.abort();
  for (const socket of sockets.splice(0)) socket.terminate();
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const bowl = ({ x }: { x: number }): number => (x - 0.5) * (x - 0.5);
const space = { x: uniform(0, 1) };

/** A gateway at a port of its own, and what it has heard. */
async function house(options: Partial<GatewayOptions> = {}) {
  const port = await freePort();
  const bans: Ban[] = [];
  const url = `ws://127.0.0.1:${port}`;
  const engine = gateway({ port, token, onBan: (ban) => bans.push(ban), ...options });
  /** A program that joins. */
  const join = (studies: Record<string, Study> | undefined, more: { name?: string; token?: string } = {}) => {
    const stopper = new AbortController();
    stoppers.push(stopper);
    const jobs: string[] = [];
    const onJob = ({ study, trial, state }: { study: string; trial: number; state: string }): number =>
      jobs.push(`${study} ${trial} ${state}`);
    const ended = joinSweep(url, { token, ...(studies && { studies }), signal: stopper.signal, onJob, ...more });
    ended.catch(() => undefined);
    return { ended, stopper, jobs };
  };
  /** A connection that says what it likes. */
  const raw = async (): Promise<WebSocket> => {
    for (;;) {
      const socket = new WebSocket(url);
      socket.on('error', () => undefined);
      sockets.push(socket);
      if (await new Promise((resolve) => socket.once('open', () => resolve(true)).once('close', () => resolve(false))))
        return socket;
      await pause(10);
    }
  };
  return { port, url, engine, bans, join, raw };
}
const say = (socket: WebSocket, message: unknown, arrays: Uint8Array[] = []): void => {
  for (const frame of framesOf(message, arrays)) socket.send(frame);
};
const hello = { kind: 'hello', token, library: VERSION, name: 'raw', studies: ['bowl'] };
/** What the gateway says to a connection, until it closes. */
const heardBy = (socket: WebSocket): Record<string, unknown>[] => {
  const joiner = new Joiner();
  const all: Record<string, unknown>[] = [];
  socket.on('message', (data) => {
    const message = joiner.add(data as Buffer, 1e9);
    if (message) all.push(message.value as Record<string, unknown>);
  });
  return all;
};

describe('a search over sockets has the table of one process', () => {
  const numbers: Study<{ x: number }> = ({ x }, { trial, report }) => {
    for (let i = 0; i < 3; i++) report(x + 1 / (i + 1));
    if (trial % 5 === 4) throw new Error(`no ${trial}`);
    return trial % 7 === 6 ? Number.NaN : { value: x, twice: 2 * x };
  };
  test.each([
    [{ trials: 30, seed: 4 }, 1],
    [{ trials: 30, seed: 4, median: { wave: 6 } }, 1],
    [{ trials: 20, seed: 4 }, 3],
    [{ trials: 9, method: 'halving' }, 2],
  ] as [SearchOptions, number][])('%j by a quorum of %i', async (options, quorum) => {
    const { engine, join, bans } = await house({ quorum });
    const joined = [0, 1, 2, 3].map(() => join({ numbers: numbers as Study }));
    const there = await search('numbers', space, { ...options, engine } as never);
    expect(there).toEqual(await search(numbers, space, options as never));
    expect(bans).toEqual([]);
    expect(joined.flatMap(({ jobs }) => jobs).length).toBeGreaterThanOrEqual(there.trials.length * quorum);
  });

  test('checkpoints go from page to page', async () => {
    const { engine, join } = await house();
    const counts: Study<{ x: number }> = async ({ x }, { checkpoint, resource }) => {
      const [found] = await checkpoint.list();
      const before = found ? (await checkpoint.read(found.name))[0] : 0;
      await checkpoint.write(Uint8Array.of(resource), { keep: 1 });
      return { value: x, before };
    };
    for (let i = 0; i < 3; i++) join({ counts: counts as Study });
    const options = { trials: 9, method: 'halving' } as const;
    const { best } = await search('counts', space, { ...options, engine });
    expect(best).toMatchObject({ resource: 9, details: { before: 3 } });
  });
});

const shards = Array.from({ length: 16 }, (_, k) =>
  dataset({
    x: Array.from({ length: 8 + k }, (_, i) => [((i * k) % 7) / 7, ((i + k) % 5) / 5]),
    y: Array.from({ length: 8 + k }, (_, i) => [((i + k) % 3) - 1]),
  }),
);
const rounds = async (more: Partial<FederatedOptions>) => {
  const model = nn.sequential([nn.dense(3, { activation: 'tanh' }), nn.dense(1)]);
  const options = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 4, localSteps: 3, rounds: 4 };
  const found = await federated(model, shards, { ...options, ...more });
  return [found.rounds, model.state()];
};
test.each([
  [{}, 1],
  [{ deltas: 'int8', outer: { learningRate: 0.7, momentum: 0.9 } }, 2],
  [{ deltas: 'bf16' }, 3],
] as [Partial<FederatedOptions>, number][])(
  'federated rounds of 16 shards in pages have the bits of one process: %j by a quorum of %i',
  async (options, quorum) => {
    const { engine, join, bans } = await house({ quorum });
    const [first] = [0, 1, 2, 3].map(() => join(undefined));
    setTimeout(() => first.stopper.abort(), 60);
    expect(await rounds({ ...options, engine })).toEqual(await rounds(options));
    expect(bans).toEqual([]);
  },
);

test('200 join, of whom a tenth vanishes and a tenth lies: each trial is done once, and no lie counts', async () => {
  const { engine, join, bans } = await house({ quorum: 2, jobSeconds: 1, lockSeconds: 3 });
  const liars = new Set<number>();
  let allLied = (): void => undefined;
  const lied = new Promise<void>((resolve) => {
    allLied = resolve;
  });
  // Who is honest waits until everyone has lied who will.
  const honest = (parameters: { x: number }): Promise<number> => lied.then(() => bowl(parameters));
  for (let i = 0; i < 200; i++) {
    if (i % 10 === 3) {
      const liar = ({ x }: { x: number }): number => {
        if (liars.add(i).size === 20) allLied();
        return bowl({ x }) / (2 + i);
      };
      join({ bowl: liar as Study }, { name: `liar ${i}` });
    } else if (i % 20 === 7) {
      // It leaves in the middle of its first job.
      const page = join({
        bowl: () => {
          page.stopper.abort();
          return new Promise(() => undefined);
        },
      });
    } else if (i % 20 === 17) join({ bowl: () => new Promise(() => undefined) });
    else join({ bowl: honest as Study });
  }
  const heard: number[] = [];
  const options = { trials: 600, seed: 2 };
  const onTrial = ({ trial }: { trial: number }): number => heard.push(trial);
  const there = await search('bowl', space, { ...options, engine, onTrial });
  const here = await search(bowl, space, options);
  expect(there.table()).toBe(here.table());
  expect(there.best).toMatchObject({ value: here.best?.value, parameters: here.best?.parameters });
  expect(heard.sort((a, b) => a - b)).toEqual(here.trials.map(({ trial }) => trial));
  expect(bans.map(({ name }) => name).sort()).toEqual([...liars].map((i) => `liar ${i}`).sort());
  expect(new Set(bans.map(({ reason }) => reason))).toEqual(new Set(['its answer differs from that of the quorum']));
}, 60_000);

describe('whatever a connection sends', () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251);
  const STRANGE: [string, (socket: WebSocket) => void][] = [
    ['text', (socket) => socket.send('hello')],
    ['nothing', (socket) => socket.send(new Uint8Array())],
    ['noise', (socket) => socket.send(noise)],
    ['noise in a frame', (socket) => socket.send(Uint8Array.of(0, ...noise))],
    ['a message without end', (socket) => [1, 1, 1].forEach(() => socket.send(new Uint8Array(9e5).fill(1)))],
    ['a frame that is too long', (socket) => socket.send(new Uint8Array(9 * 1024 * 1024))],
    ['an unknown kind', (socket) => say(socket, { kind: 'constructor' })],
    ['null', (socket) => say(socket, null)],
    ['an answer without a job', (socket) => say(socket, { kind: 'done', lease: 1, outcome: '{}', keys: [] })],
    [
      'arrays that are none',
      (socket) => socket.send(Uint8Array.of(0, ...toBytes([], []).map((b) => (b === 91 ? 123 : b)))),
    ],
  ];
  test('it is answered by a refusal before a hello and by a ban after it, and the search goes on', async () => {
    const { engine, raw, join, bans } = await house();
    const found = search('bowl', space, { trials: 5, engine });
    for (const [what, send] of STRANGE)
      for (const known of [false, true]) {
        const socket = await raw();
        const closed = new Promise((resolve) => socket.once('close', resolve));
        if (known) say(socket, { ...hello, name: what });
        send(socket);
        if (what === 'a message without end' && known) socket.terminate();
        await closed;
      }
    const named = STRANGE.map(([what]) => what).filter((what) => !/end|too long/.test(what));
    expect(bans).toEqual(named.map((name) => ({ name, reason: 'it has sent what joinSweep does not send' })));
    // By that name nobody may come again.
    expect(await join({ bowl: bowl as Study }, { name: 'null' }).ended.catch(String)).toContain('it was banned');
    join({ bowl: bowl as Study });
    expect((await found).table()).toBe((await search(bowl, space, { trials: 5 })).table());
  });

  test.each([
    ['', 'completed', {}],
    ['a value that is not finite', 'completed', { value: 'Infinity' }],
    ['an unknown state', 'unfinished', {}],
    ['a failure without a reason', 'failed', {}],
    ['reports that are none', 'completed', { reports: { length: 3 } }],
  ])('an answer is checked: %s', async (what, state, more) => {
    const { engine, raw, join, bans } = await house();
    const found = search('bowl', space, { trials: 1, engine });
    const socket = await raw();
    const heard = heardBy(socket);
    say(socket, hello);
    await expect.poll(() => heard.map(({ kind }) => kind)).toEqual(['welcome', 'job']);
    say(socket, {
      kind: 'done',
      lease: 1,
      outcome: JSON.stringify({ state, value: 7, attempts: 5, ...more }),
      keys: [],
    });
    join({ bowl: bowl as Study });
    const { trials } = await found;
    expect(trials[0].value === 7).toBe(what === '');
    expect(trials[0].state).toBe('completed');
    expect(bans.map(({ name }) => name)).toEqual(what ? ['raw'] : []);
  });

  test.each([
    ['none', [], 'its update is gone'],
    ['noise', [noise], 'its update cannot be read'],
    ['two numbers', [toBytes(null, [Float32Array.of(1, 2)])], 'its update has 2 numbers, and the model 13'],
    ['NaN', [toBytes(null, [new Float32Array(13).fill(Number.NaN)])], 'number 0 of its update is NaN'],
  ])('an update of a shard is checked: %s', async (_, arrays, reason) => {
    const { engine, raw, join, bans } = await house();
    const found = rounds({ engine });
    const socket = await raw();
    const heard = heardBy(socket);
    say(socket, hello);
    await expect.poll(() => heard.length).toBe(2);
    const { update } = (heard[1].job as { parameters: { update: string } }).parameters;
    const outcome = JSON.stringify({ state: 'completed', value: 0.5, attempts: 1 });
    say(socket, { kind: 'done', lease: 1, outcome, keys: arrays.map(() => update) }, arrays);
    join(undefined);
    expect(await found).toEqual(await rounds({}));
    expect(bans).toEqual([{ name: 'raw', reason }]);
  });

  test('blobs that its job does not name are not told', async () => {
    const { engine, raw, join } = await house();
    const found = search('bowl', space, { trials: 1, engine, resume: undefined });
    const socket = await raw();
    const joiner = new Joiner();
    const told: number[] = [];
    socket.on('message', (data) => {
      const message = joiner.add(data as Buffer, 1e9);
      if (message && (message.value as { kind: string }).kind === 'blob') told.push(message.arrays.length);
    });
    say(socket, hello);
    for (const key of ['../package', 'trial-1', 'trial-0']) say(socket, { kind: 'get', id: 1, key });
    await expect.poll(() => told).toEqual([0, 0, 0]);
    socket.terminate();
    join({ bowl: bowl as Study });
    await found;
  });
});

test('a page without a sign of life is given up, and its job goes to another', async () => {
  const { engine, raw, join } = await house({ lockSeconds: 0.3 });
  const found = search('bowl', space, { trials: 1, engine });
  const socket = await raw();
  const heard = heardBy(socket);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  say(socket, hello);
  await expect.poll(() => heard.some(({ kind }) => kind === 'job')).toBe(true);
  const page = join({ bowl: bowl as Study });
  await closed;
  expect((await found).trials[0]).toMatchObject({ state: 'completed', attempts: 2 });
  expect(page.jobs).toEqual(['bowl 0 completed']);
});

test('a job with which ten vanish is set aside', async () => {
  const { engine, join } = await house();
  for (let i = 0; i < 10; i++) {
    const page = join({
      bowl: () => {
        page.stopper.abort();
        return new Promise(() => undefined);
      },
    });
  }
  const { trials } = await search('bowl', space, { trials: 1, engine });
  expect(trials[0]).toMatchObject({ state: 'failed', reason: 'its worker ended 10 times', attempts: 10 });
});

test('a study that answers differently each time is set aside', async () => {
  const { engine, join, bans } = await house({ quorum: 2 });
  for (let i = 0; i < 4; i++) join({ bowl: () => i });
  const { trials } = await search('bowl', space, { trials: 3, engine });
  expect(trials.map(({ state, reason }) => [state, reason])).toEqual(
    Array(3).fill(['failed', 'its clients gave 3 different answers']),
  );
  expect(bans).toEqual([]);
});

test('a page comes again to the next search, and ends by its signal', async () => {
  const { engine, join } = await house();
  const page = join({ bowl: bowl as Study });
  for (const seed of [1, 2]) await search('bowl', space, { trials: 3, seed, engine });
  page.stopper.abort();
  expect(await page.ended).toEqual({ jobs: 6 });
});

test('each participant may have a token, and answers by its name', async () => {
  const tokens = { ann: 'the token of ann, a secret', bob: 'the token of bob, a secret' };
  const { engine, join, bans } = await house({ token: tokens, quorum: 2 });
  const found = search('bowl', space, { trials: 6, engine });
  // Ann alone is no quorum, in however many pages.
  const pages = [0, 1, 2].map(() => join({ bowl: bowl as Study }, { token: tokens.ann, name: 'other' }));
  await expect.poll(() => pages.flatMap(({ jobs }) => jobs).length).toBe(6);
  join({ bowl: bowl as Study }, { token: tokens.bob });
  expect((await found).table()).toBe((await search(bowl, space, { trials: 6 })).table());
  expect(bans).toEqual([]);
});

describe('refused', () => {
  test.each([
    [{ token: 'a wrong one that is long' }, ['bowl'], 'its token is wrong'],
    [{}, ['bowls', 'cup'], "it knows no study 'bowl'; it knows bowls, cup"],
    [{}, undefined, "it knows no study 'bowl'; it knows none"],
  ])('%j with %j', async (more, names, reason) => {
    const { engine, join, url } = await house();
    const stopper = new AbortController();
    const found = search('bowl', space, { trials: 1, engine, signal: stopper.signal });
    const studies = names && Object.fromEntries(names.map((name) => [name, () => 1]));
    const error = await join(studies, more).ended.catch((e) => e);
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toBe(`joinSweep: the gateway at ${url} has refused this page: ${reason}`);
    stopper.abort();
    await found;
  });

  test('another version by name', async () => {
    const { engine, raw } = await house();
    const stopper = new AbortController();
    const found = search('bowl', space, { trials: 1, engine, signal: stopper.signal });
    const socket = await raw();
    const heard = heardBy(socket);
    say(socket, { ...hello, library: '9.9.9' });
    const reason = `it has regulus 9.9.9, and the search ${VERSION}; load the same version in both`;
    await expect.poll(() => heard).toEqual([{ kind: 'refused', reason }]);
    stopper.abort();
    await found;
  });

  test('a port that is taken, and a study that is a function', async () => {
    const { port, engine } = await house();
    const server = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const error = await search('bowl', space, { trials: 1, engine }).catch((e) => e);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toContain(`search: gateway cannot listen at 127.0.0.1:${port}: listen EADDRINUSE`);
    server.close();
    await expect(search(bowl, space, { trials: 1, engine })).rejects.toThrow('give the name under which they know it');
  });

  test.each([
    [{ port: 0 }, 'gateway: port is 0'],
    [{ token: 'short' }, 'gateway: token must be a text of at least 16 characters'],
    [{ token: { ann: 'short' } }, 'gateway: token.ann must be a text of at least 16 characters'],
    [{ token: {} }, 'gateway: token is an Object'],
    [{ quorum: 0 }, 'gateway: quorum is 0'],
    [{ host: 3 }, 'gateway: host is 3'],
  ])('%j', (more, message) => {
    expect(() => gateway({ port: 8080, token, ...more } as never)).toThrow(message);
  });
});
