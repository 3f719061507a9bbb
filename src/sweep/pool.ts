import { WorkerError } from '../index.js';
import { builtin } from './host.js';
import { ATTEMPTS, type Blobs, type Job, type Outcome, poison } from './job.js';
import type { FromThread, ToThread } from './serve.js';

type NodeWorker = import('node:worker_threads').Worker;

/** Milliseconds that a trial has to end by itself, and to leave a checkpoint, when the search is ended. */
const GRACE = 3000;

/** The threads' file stands beside this one in dist. Bundlers must not take it for a file of theirs, so the address is not written in one. */
const fileOfThread = (here: string): URL =>
  new URL(here.endsWith('.ts') ? '../../dist/sweepThread.js' : './sweepThread.js', here);

/** Threads have the flags of the program, such as loaders, but not those about its text, which a file refuses. */
function options(): { execArgv?: string[] } {
  const { execArgv = [] } = (globalThis as { process?: { execArgv?: string[] } }).process ?? {};
  return execArgv.some((flag) => /^(-e|-p|-pe|--eval|--print|--input-type)/.test(flag)) ? { execArgv: [] } : {};
}

/** A thread that runs one trial at a time. */
class Thread {
  readonly worker: NodeWorker;
  readonly ready: Promise<Readonly<Record<string, string>>>;
  /** Why it has ended. */
  ended?: string;
  #settle: (outcome: Outcome | undefined) => void = () => undefined;

  constructor(
    readonly where: string,
    readonly module: string,
    readonly blobs: Blobs,
    gone: (thread: Thread) => void,
  ) {
    const { Worker } = builtin('node:worker_threads', where, 'threads');
    this.worker = new Worker(fileOfThread(import.meta.url), options());
    this.ready = new Promise((resolve, reject) => {
      const died = (why: string): void => {
        this.ended ??= why;
        gone(this);
        this.#settle(undefined);
        reject(new WorkerError(`${where}: the thread of ${module} ended before it was ready: ${this.ended}`));
      };
      this.worker.on('error', (error: unknown) => {
        this.ended ??= error instanceof Error ? error.message : String(error);
      });
      this.worker.on('messageerror', () => died('its answer could not be read'));
      this.worker.on('exit', (code) => died(`exit code ${code}`));
      this.worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve(message.studies);
        else if (message.kind === 'failed')
          reject(new WorkerError(`${where}: ${module} could not be loaded: ${message.message}`));
        else if (message.kind === 'outcome') this.#settle(message.outcome);
        else this.#blob(message);
      });
    });
    this.ready.catch(() => undefined);
    this.worker.postMessage({ module });
  }
  post(message: ToThread): void {
    this.worker.postMessage(message);
  }
  /** Resolves to undefined where the thread ends before the trial. */
  run(study: string, job: Job): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.ended !== undefined) resolve(undefined);
      else this.post({ kind: 'run', study, job });
    });
  }
  #blob({ id, key, bytes, drops }: Extract<FromThread, { kind: 'blob' }>): void {
    const done = drops ? this.blobs.drop(key) : bytes ? this.blobs.put(key, bytes) : this.blobs.get(key);
    done.then(
      (found) => this.post({ kind: 'blob', id, ...(found && { bytes: found }) }),
      (error: Error) => this.post({ kind: 'blob', id, error: error.message }),
    );
  }
}

/** Threads that run the functions of a module. A thread that dies is replaced, and its trial is begun again. */
export class Pool {
  readonly #all = new Set<Thread>();
  readonly #free: Thread[] = [];
  readonly #running = new Set<Thread>();
  #closed = false;
  constructor(
    readonly where: string,
    readonly module: string,
    readonly size: number,
    readonly blobs: Blobs,
  ) {}

  #started(): Thread {
    const thread = new Thread(this.where, this.module, this.blobs, (gone) => {
      this.#all.delete(gone);
      this.#running.delete(gone);
      const at = this.#free.indexOf(gone);
      if (at >= 0) this.#free.splice(at, 1);
    });
    this.#all.add(thread);
    return thread;
  }

  /** Loads the module in a first thread: the names and sources of its functions. */
  async studies(): Promise<Readonly<Record<string, string>>> {
    const thread = this.#started();
    const studies = await thread.ready;
    this.#free.push(thread);
    return studies;
  }

  /** Runs a trial; the caller asks for no more than `size` at a time. Resolves to undefined where the pool was closed meanwhile. */
  async run(study: string, job: Job): Promise<Outcome | undefined> {
    let why = '';
    for (let attempts = 1; attempts <= ATTEMPTS && !this.#closed; attempts++) {
      const thread = this.#free.pop() ?? this.#started();
      await thread.ready.catch((error: unknown) => {
        if (!this.#closed) throw error;
      });
      if (this.#closed) break;
      this.#running.add(thread);
      const outcome = await thread.run(study, job);
      this.#running.delete(thread);
      if (outcome) {
        if (thread.ended === undefined) this.#free.push(thread);
        return { ...outcome, attempts };
      }
      why = thread.ended ?? '';
    }
    return this.#closed ? undefined : poison(why);
  }

  /** Asks trials to end by themselves, and then ends all threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const thread of this.#running) thread.post({ kind: 'abort' });
    for (let spent = 0; spent < GRACE && this.#running.size; spent += 10)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([...this.#all].map(({ worker }) => worker.terminate()));
  }
}
