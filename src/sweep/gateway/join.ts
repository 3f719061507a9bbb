import {
  callable,
  checkKeys,
  draws,
  isGiven,
  type Numbers,
  OptionError,
  refuse,
  seedKey,
  sha256Now,
  WorkerError,
} from '../../index.js';
import { installed } from '../host.js';
import { type Blobs, type Job, type Outcome, type Study, written } from '../job.js';
import { checkStudies, studyIn } from '../serve.js';
import { tried } from '../trial.js';
import { VERSION } from '../version.js';
import { framesOf, Joiner, type Message } from './frames.js';
import type { FromPage, ToPage } from './messages.js';

export interface JoinOptions {
  /** The token of the gateway. */
  token: string;
  /** The studies that this page knows, by name. It needs none for the shards of `federated`. */
  studies?: Readonly<Record<string, Study>>;
  /** The name of this page, where the gateway has one token for all. Default: a random one. */
  name?: string;
  /** Ends it. */
  signal?: AbortSignal;
  /** Hears of each job that it has done. */
  onJob?: (job: JoinedJob) => void;
}
/** A job that a page has done. */
export interface JoinedJob {
  /** 'regulus.federated' for a shard's part in a round. */
  readonly study: string;
  readonly trial: number;
  readonly state: Outcome['state'];
  /** How many jobs it has done. */
  readonly jobs: number;
}

/** Gives the time of this page, or of another program, to the searches and federated rounds of a `gateway`: joins it, runs one job after another,
 *  and joins again when the connection is lost or the search has ended, until its signal ends it. It waits about a quarter of
 *  a second before it comes again, and up to a minute while nobody answers. Resolves to the number of jobs.
 *
 *  Jobs run in the thread that calls it: `fit` lets a page draw and listen every 30 ms. A page that must not notice it at all calls it
 *  from a worker of its own. A job that blocks its thread for longer than the gateway's `lockSeconds` is given to others.
 *
 *  Rejects with a WorkerError where the gateway refuses it, with the reason: a wrong token, another version of the library, no such study,
 *  or a ban. Rejects with an OptionError for wrong options, and with an UnsupportedError where there is no WebSocket: Node 20 needs
 *  the package ws.
 *  @example
 *  import { joinSweep } from 'regulus/sweep'
 *  const give = (signal) => joinSweep('wss://example.org/sweep', { token: 'a long secret text', studies: { bowl: ({ x }) => x * x }, signal })
 *  console.log(typeof give) */
export async function joinSweep(url: string | URL, options: JoinOptions): Promise<{ readonly jobs: number }> {
  const where = 'joinSweep';
  const address = url instanceof URL ? url.href : url;
  if (typeof address !== 'string' || !/^wss?:\/\/./.test(address))
    refuse(where, 'url', url, "an address such as 'wss://example.org'");
  checkKeys(where, options, ['token', 'studies', 'name', 'signal', 'onJob'], true);
  const { token, onJob } = options;
  const studies = options.studies ?? {};
  const signal = options.signal ?? new AbortController().signal;
  if (typeof token !== 'string' || !token) throw new OptionError(`${where}: token must be the gateway's text`);
  if (isGiven(options.studies)) checkStudies(where, studies);
  const name = options.name ?? hex(globalThis.crypto.getRandomValues(new Uint8Array(16)));
  if (typeof name !== 'string' || !name) refuse(where, 'name', name, 'a text');
  if (typeof signal.aborted !== 'boolean') refuse(where, 'signal', signal, 'an AbortSignal');
  if (isGiven(onJob)) callable(where, 'onJob', onJob as () => void, 'a function of a job');
  const visitor: Visitor = { where, address, token, studies, name, signal, onJob, jobs: 0, Socket: socketOf(where) };
  const pauses = draws(seedKey(Number.parseInt(sha256Now(new TextEncoder().encode(name)).slice(0, 8), 16)), PAUSES);
  for (let failures = 0; !signal.aborted; ) {
    failures = (await visit(visitor)) ? 0 : failures + 1;
    // Pages that have lost the same gateway do not all come back at once.
    await pause(Math.min(60, (1 << Math.min(failures, 8)) / 4) * pauses.uniform(500, 1500), signal);
  }
  return { jobs: visitor.jobs };
}

/** The stream of the draws of a page's pauses. */
const PAUSES = 0xda7a0221;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Resolves after so many milliseconds, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** The host's WebSocket. */
function socketOf(where: string): typeof WebSocket {
  const own = (globalThis as { WebSocket?: typeof WebSocket }).WebSocket;
  return own ?? (installed<[{ WebSocket: unknown }]>(where, 'this Node', ['ws'])[0].WebSocket as typeof WebSocket);
}

interface Visitor {
  readonly where: string;
  readonly address: string;
  readonly token: string;
  readonly studies: Readonly<Record<string, Study>>;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onJob: JoinOptions['onJob'];
  readonly Socket: typeof WebSocket;
  jobs: number;
}

/** Joins once, and does jobs until the connection ends. Resolves to whether the gateway has let it in. */
function visit(visitor: Visitor): Promise<boolean> {
  const { where, address, token, studies, name, signal } = visitor;
  return new Promise((resolve, reject) => {
    const socket = new visitor.Socket(address);
    socket.binaryType = 'arraybuffer';
    const end = new AbortController();
    const joiner = new Joiner();
    const waiting = new Map<number, (bytes: Uint8Array | undefined) => void>();
    let [asked, patience] = [0, 0];
    let silence: ReturnType<typeof setTimeout> | undefined;
    const close = (): void => socket.close();
    const say = (message: FromPage, arrays?: readonly Numbers[]): void => {
      if (socket.readyState === 1)
        for (const frame of framesOf(message, arrays)) socket.send(frame as Uint8Array<ArrayBuffer>);
    };
    const get = (key: string): Promise<Uint8Array | undefined> =>
      new Promise((found) => {
        waiting.set(++asked, found);
        say({ kind: 'get', id: asked, key });
      });
    /** A gateway that is not heard of any more is gone. */
    const listen = (): void => {
      clearTimeout(silence);
      if (patience) silence = setTimeout(close, 1000 * patience);
    };
    const run = ({ lease, study, job }: ToPage & { kind: 'job' }): void => {
      done(visitor, study, job, get, end.signal)
        .then(({ outcome, made }) => {
          if (end.signal.aborted) return;
          say({ kind: 'done', lease, outcome: written(outcome), keys: [...made.keys()] }, [...made.values()]);
          visitor.onJob?.({ study, trial: job.trial, state: outcome.state, jobs: ++visitor.jobs });
        })
        .catch(fail);
    };
    const act = ({ value, arrays }: Message): void => {
      const heard = value as ToPage;
      if (heard.kind === 'welcome') patience = heard.seconds;
      else if (heard.kind === 'ping') say({ kind: 'pong' });
      else if (heard.kind === 'job') run(heard);
      else if (heard.kind === 'blob') {
        waiting.get(heard.id)?.(arrays[0] as Uint8Array | undefined);
        waiting.delete(heard.id);
      } else if (heard.kind === 'refused')
        fail(new WorkerError(`${where}: the gateway at ${address} has refused this page: ${heard.reason}`));
    };
    const fail = (error: unknown): void => {
      reject(error);
      close();
    };
    socket.addEventListener('open', () =>
      say({ kind: 'hello', token, library: VERSION, name, studies: Object.keys(studies) }),
    );
    socket.addEventListener('message', ({ data }) => {
      try {
        const message = joiner.add(new Uint8Array(data as ArrayBuffer), Number.POSITIVE_INFINITY);
        if (message) act(message);
        listen();
      } catch {
        // It is no gateway.
        close();
      }
    });
    socket.addEventListener('error', close);
    socket.addEventListener('close', () => {
      signal.removeEventListener('abort', close);
      clearTimeout(silence);
      end.abort();
      for (const found of waiting.values()) found(undefined);
      resolve(patience > 0);
    });
    signal.addEventListener('abort', close);
  });
}

/** Runs a job. What it writes stays here until it is done, and is sent with the outcome. */
async function done(
  { studies }: Visitor,
  study: string,
  job: Job,
  get: (key: string) => Promise<Uint8Array | undefined>,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; made: ReadonlyMap<string, Uint8Array> }> {
  const own = new Map<string, Uint8Array | undefined>();
  const blobs: Blobs = {
    get: async (key) => (own.has(key) ? own.get(key) : get(key)),
    put: async (key, bytes) => void own.set(key, bytes),
    drop: async (key) => void own.set(key, undefined),
  };
  const outcome = await tried(studyIn(studies, study, blobs), job, blobs, signal);
  return { outcome, made: new Map([...own].filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined)) };
}
