import type { Numbers } from '../../index.js';
import type { Job } from '../job.js';
import { FEDERATED } from '../local.js';
import { keyOf } from '../trial.js';
import { VERSION } from '../version.js';
import { Joiner, framesOf } from './frames.js';
import type { Client, Made, Task } from './leases.js';
import { type FromPage, outcomeOf, said, type ToPage } from './messages.js';

/** The most bytes of a message before a page has said who it is, and afterwards. */
const [STRANGERS, MOST] = [64 * 1024, 64 * 1024 * 1024];
/** Turns of the clock without a word after which a page counts as vanished. */
export const TURNS = 3;

/** What a gateway does with pages. */
export interface House {
  readonly study: string;
  /** The seconds without a word after which a page counts as vanished. */
  readonly seconds: number;
  /** The name of a page with a token; undefined where the token is wrong. */
  nameOf(token: string, own: string): string | undefined;
  isBanned(name: string): boolean;
  joined(page: Page): void;
  left(page: Page, task: Task | undefined): void;
  answered(page: Page, task: Task, answer: Made): void;
  /** What is wrong with an answer. */
  check(job: Job, answer: Made): string | undefined;
  blob(key: string): Promise<Uint8Array | undefined>;
  banned(page: Page, reason: string): void;
}

/** A connection of `ws`. */
export interface Socket {
  send(data: Uint8Array): void;
  close(code: number): void;
  terminate(): void;
  on(name: 'message', heard: (data: Uint8Array, isBinary: boolean) => void): void;
  on(name: 'close' | 'error', heard: () => void): void;
}

/** The gateway's end of a connection. Nothing that a page sends makes it throw: what no page sends is answered by a ban. */
export class Page implements Client {
  name = '';
  readonly #joiner = new Joiner();
  #state: 'stranger' | 'guest' | 'gone' = 'stranger';
  #quiet = 0;
  #task: Task | undefined;
  #lease = 0;

  constructor(
    readonly socket: Socket,
    readonly house: House,
  ) {
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    // Frames that are too long, and connections that break, close it.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#leave());
  }

  /** Asks for a sign of life, and ends a connection without one. */
  turn(): void {
    if (++this.#quiet > TURNS) this.socket.terminate();
    else if (this.#state === 'guest') this.#say({ kind: 'ping' });
  }
  give(task: Task): void {
    this.#task = task;
    this.#say({ kind: 'job', lease: ++this.#lease, study: this.house.study, job: task.job });
  }
  ban(reason: string): void {
    this.house.banned(this, reason);
    this.refuse(reason);
  }
  /** Tells a page that it may not stay. */
  refuse(reason: string): void {
    this.#say({ kind: 'refused', reason });
    this.#leave();
    this.socket.close(1008);
  }

  #leave(): void {
    if (this.#state === 'guest') {
      this.#state = 'gone';
      this.house.left(this, this.#task);
    }
    this.#state = 'gone';
  }
  #say(message: ToPage, arrays: readonly Numbers[] = []): void {
    if (this.#state !== 'gone') for (const frame of framesOf(message, arrays)) this.socket.send(frame);
  }

  #hear(data: Uint8Array, isBinary: boolean): void {
    if (this.#state === 'gone') return;
    const stranger = this.#state === 'stranger';
    try {
      if (!isBinary) throw new RangeError('text');
      const message = this.#joiner.add(data, stranger ? STRANGERS : MOST);
      if (!message) return;
      const heard = said(message);
      if (!heard || (heard.kind === 'hello') !== stranger) throw new RangeError('no message of a page');
      if (!stranger) this.#quiet = 0;
      this.#answer(heard, message.arrays);
    } catch {
      if (stranger) this.refuse('it has sent what joinSweep does not send');
      else this.ban('it has sent what joinSweep does not send');
    }
  }

  #answer(heard: FromPage, arrays: readonly Numbers[]): void {
    if (heard.kind === 'hello') this.#greet(heard);
    else if (heard.kind === 'get') this.#fetch(heard.id, heard.key);
    else if (heard.kind === 'done') this.#done(heard, arrays);
  }

  #greet({ token, library, name: own, studies }: FromPage & { kind: 'hello' }): void {
    const { house } = this;
    const name = house.nameOf(token, own);
    this.name = name ?? '';
    const reason = name === undefined ? 'its token is wrong' : this.#refusal(library, studies);
    if (reason !== undefined) {
      this.refuse(reason);
      return;
    }
    this.#state = 'guest';
    this.#quiet = 0;
    this.#say({ kind: 'welcome', seconds: house.seconds });
    house.joined(this);
  }
  /** Why a page with a right token may not join. */
  #refusal(library: string, studies: readonly string[]): string | undefined {
    const { study, isBanned } = this.house;
    if (isBanned(this.name)) return 'it was banned';
    if (library !== VERSION)
      return `it has regulus ${library}, and the search ${VERSION}; load the same version in both`;
    if (study === FEDERATED || studies.includes(study)) return undefined;
    return `it knows no study '${study}'; it knows ${studies.join(', ') || 'none'}`;
  }

  /** Sends a blob that the page's job names, and no other. */
  #fetch(id: number, key: string): void {
    const job = this.#task?.job;
    const own = job && [keyOf(job), job.parameters.training, job.parameters.theta].includes(key);
    const found = own ? this.house.blob(key) : Promise.resolve(undefined);
    found.then(
      (bytes) => this.#say({ kind: 'blob', id }, bytes ? [bytes] : []),
      () => this.#say({ kind: 'blob', id }),
    );
  }

  #done({ lease, outcome: text, keys }: FromPage & { kind: 'done' }, arrays: readonly Numbers[]): void {
    const task = this.#task;
    const outcome = outcomeOf(text);
    const sound = keys.length === arrays.length && arrays.every((array) => array instanceof Uint8Array);
    if (!task || lease !== this.#lease || !outcome || !sound) throw new RangeError('no answer to a job');
    const blobs = new Map(keys.map((key, i) => [key, arrays[i] as Uint8Array]));
    const answer = { outcome, blobs };
    const wrong = this.house.check(task.job, answer);
    if (wrong === undefined) {
      this.#task = undefined;
      this.house.answered(this, task, answer);
    } else this.ban(wrong);
  }
}
