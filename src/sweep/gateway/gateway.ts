import {
  callable,
  checkKeys,
  inRange,
  integer,
  isGiven,
  OptionError,
  positive,
  record,
  refuse,
  sha256Now,
  UnsupportedError,
} from '../../index.js';
import { builtin, installed } from '../host.js';
import { type Blobs, type Engine, type Job, type Opening, type Outcome, type Runner, written } from '../job.js';
import { FEDERATED } from '../local.js';
import { keyOf } from '../trial.js';
import { FRAME } from './frames.js';
import { Leases, type Made } from './leases.js';
import { type House, Page, type Socket, TURNS } from './page.js';

export interface GatewayOptions {
  /** The port at which pages join. */
  port: number;
  /** The address of the machine at which it listens. Default '127.0.0.1', which programs of the same machine reach alone, such as a proxy that
   *  adds TLS; '0.0.0.0' is open to everyone who knows the token. */
  host?: string;
  /** What pages must know: a text of at least 16 characters; or one for each participant by name, so that nobody can answer for two, and a ban
   *  lasts. */
  token: string | Readonly<Record<string, string>>;
  /** How many participants of different names must give the same answer, to the byte, before it counts; who gives another is banned. Default 1:
   *  answers are believed. */
  quorum?: number;
  /** The seconds without a sign of life after which a page counts as vanished, and its job goes to another. Default 30. */
  lockSeconds?: number;
  /** The seconds after which a job is given to another page too, whose answer counts if it is the first. Default 600. */
  jobSeconds?: number;
  /** Hears who was banned, and why. Default: a warning on the console. */
  onBan?: (ban: Ban) => void;
}
/** A participant that may not come again. */
export interface Ban {
  readonly name: string;
  readonly reason: string;
}

/** An engine that runs the trials of `search`, or the shards of `federated`, in pages: browsers join by `joinSweep`, as other programs may, and each
 *  is given one job at a time over a WebSocket. The server listens as long as the search runs. A page may vanish whenever it likes: its job
 *  goes to another, and is set aside as failed if ten have vanished with it. `search` takes the name of a study that the pages know.
 *
 *  Pages are not trusted. They need the token; a frame has 8 MB at most; an answer that is not finite, has another size than the model, or
 *  is none at all bans its sender by name, and so does one that a quorum contradicts. Without a quorum, a wrong number in the right form is
 *  believed. With a quorum, checkpoints of trials are not kept, since they hold times: each rung begins anew, to the same bits.
 *
 *  It needs Node, Deno or Bun, and the package ws, which is not installed with this one: `npm install ws`. A search rejects with an
 *  UnsupportedError where it is missing or the port is taken. Throws an OptionError for wrong options.
 *  @example gateway({ port: 8080, token: 'a long secret text' }).name // "gateway" */
export function gateway(options: GatewayOptions): Engine {
  const where = 'gateway';
  const keys = ['port', 'host', 'token', 'quorum', 'lockSeconds', 'jobSeconds', 'onBan'];
  checkKeys(where, options, keys, true);
  const { onBan } = options;
  const host = options.host ?? '127.0.0.1';
  const port = integer(where, 'port', options.port, 1, 65_535);
  if (typeof host !== 'string' || !host) refuse(where, 'host', host, "an address of this machine, such as '0.0.0.0'");
  const tokens = tokensOf(where, options.token);
  if (isGiven(onBan)) callable(where, 'onBan', onBan as () => void, 'a function of { name, reason }');
  const seconds = inRange(where, 'lockSeconds', options.lockSeconds ?? 30, 0.1, 86_400);
  const ask = {
    ...{ port, host, tokens, seconds },
    quorum: integer(where, 'quorum', options.quorum ?? 1, 1),
    turns: Math.ceil((positive(where, 'jobSeconds', options.jobSeconds ?? 600) * TURNS) / seconds),
    onBan: onBan ?? (({ name, reason }) => console.warn(`gateway: ${name} was banned: ${reason}`)),
  };
  return {
    name: where,
    trainings: ({ where: asked }) =>
      Promise.reject(
        new UnsupportedError(`${asked}: a gateway runs searches and federated rounds; use threads or redis for this`),
      ),
    open: (opening) => opened(ask, opening),
  };
}

function tokensOf(where: string, token: unknown): ReadonlyMap<string, string> {
  const expected = 'a text of at least 16 characters, or an object of such texts by name';
  const given = typeof token === 'string' ? { '': token } : record(where, 'token', token as object, expected);
  const tokens = Object.entries(given) as [string, unknown][];
  for (const [name, text] of tokens)
    if (typeof text !== 'string' || text.length < 16)
      // What was given is a secret, or nearly one.
      throw new OptionError(`${where}: token${name && `.${name}`} must be a text of at least 16 characters`);
  if (!tokens.length) refuse(where, 'token', token, expected);
  return new Map(tokens as [string, string][]);
}

interface Ask {
  readonly port: number;
  readonly host: string;
  /** By name; '' where all pages have the same. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly quorum: number;
  readonly seconds: number;
  readonly turns: number;
  readonly onBan: (ban: Ban) => void;
}

async function opened(ask: Ask, { where, study, blobs, signal, check }: Opening): Promise<Runner> {
  if (typeof study !== 'string')
    throw new OptionError(
      `${where}: the study is a function, which cannot be sent to pages; give the name under which they know it`,
    );
  const server = await listening(where, ask);
  const leases = new Leases(ask.quorum, ask.turns);
  const pages = new Set<Page>();
  const bans = new Set<string>();
  const house: House = {
    study,
    seconds: ask.seconds,
    nameOf: namesBy(where, ask.tokens),
    isBanned: (name) => bans.has(name),
    joined: (page) => leases.idle(page),
    left: (page, task) => leases.leave(page, task, !bans.has(page.name)),
    answered(page, task, answer) {
      // One answer is compared with none.
      const text = ask.quorum > 1 ? comparable(study, task.job, answer) : '';
      leases.answer(page, task, { ...answer, text });
      if (!bans.has(page.name)) leases.idle(page);
    },
    check: ({ parameters }, { outcome, blobs: made }) =>
      study === FEDERATED && outcome.state === 'completed' ? check?.(made.get(parameters.update as string)) : undefined,
    blob: (key) => blobs.get(key),
    banned(page, reason) {
      if (bans.has(page.name)) return;
      bans.add(page.name);
      leases.forget(page);
      ask.onBan({ name: page.name, reason });
      for (const other of pages) if (other !== page && other.name === page.name) other.refuse('it was banned');
    },
  };
  server.on('connection', (socket: Socket) => {
    const page = new Page(socket, house);
    pages.add(page);
    socket.on('close', () => pages.delete(page));
  });
  const clock = setInterval(
    () => {
      for (const page of pages) page.turn();
      leases.turn();
    },
    (1000 * ask.seconds) / TURNS,
  );
  const ends = new Set<() => void>();
  const stop = (): void => {
    for (const end of ends) end();
  };
  signal.addEventListener('abort', stop);
  return {
    // Jobs that are known at a time: enough for hundreds of pages.
    slots: 1024,
    run: (job, late) =>
      new Promise((resolve, reject) => {
        const end = (): void => finish(undefined);
        const task = leases.add(job, (answer) => {
          keep(blobs, study, job, answer, ask.quorum).then(() => finish(answer.outcome), reject);
        });
        const finish = (outcome: Outcome | undefined): void => {
          ends.delete(end);
          leases.drop(task);
          resolve(outcome);
        };
        ends.add(end);
        late?.then(end);
        if (signal.aborted) end();
      }),
    drop: (job) => blobs.drop(keyOf(job)),
    async close() {
      clearInterval(clock);
      signal.removeEventListener('abort', stop);
      stop();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { socket } of pages) socket.close(1001);
      const late = setTimeout(() => {
        for (const { socket } of pages) socket.terminate();
      }, 500);
      await closed;
      clearTimeout(late);
    },
  };
}

/** Starts the server. */
async function listening(where: string, { port, host }: Ask): Promise<import('ws').WebSocketServer> {
  const [{ WebSocketServer }] = installed<[typeof import('ws')]>(where, 'gateway', ['ws']);
  const server = new WebSocketServer({ port, host, maxPayload: FRAME, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (cause) =>
      reject(new UnsupportedError(`${where}: gateway cannot listen at ${host}:${port}: ${cause.message}`, { cause })),
    );
  });
  return server;
}

/** Tells who has a token. All tokens are compared, byte for byte, so that the time tells nothing about them. */
function namesBy(where: string, tokens: ReadonlyMap<string, string>): House['nameOf'] {
  const { createHash, timingSafeEqual } = builtin('node:crypto', where, 'gateway');
  const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  const known = [...tokens].map(([name, token]) => [name, hash(token)] as const);
  return (token, own) => {
    const given = hash(token);
    const [name] = known.filter(([, each]) => timingSafeEqual(each, given)).map(([each]) => each || own);
    return name;
  };
}

/** The update of a shard, or the checkpoint of a trial, among what a job has written. */
const keyFor = (study: string, job: Job): string =>
  study === FEDERATED ? (job.parameters.update as string) : keyOf(job);

/** What two answers must have in common to be the same: the outcome and the update, but no checkpoint. */
function comparable(study: string, job: Job, { outcome, blobs }: Made): string {
  const update = study === FEDERATED ? blobs.get(keyFor(study, job)) : undefined;
  return written(outcome) + (update ? sha256Now(update) : '');
}

/** Keeps what a job was to leave behind, before its outcome counts. */
async function keep(blobs: Blobs, study: string, job: Job, { blobs: made }: Made, quorum: number): Promise<void> {
  const bytes = made.get(keyFor(study, job));
  if (bytes && (study === FEDERATED || quorum === 1)) await blobs.put(keyFor(study, job), bytes);
}
