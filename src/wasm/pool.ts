import { Size } from '../../assembly/layout.js';
import { CONTROL, dismiss, memory, useTeam } from './engine.js';
import { start, type Thread } from './host.js';
import { link } from './link.js';
import { leave, type Memory, PAGE, take } from './memories.js';
import { allocate, type Block, release } from './memory.js';
import { type Call, READY, serve } from './serve.js';

/** The number of turns that a thread spins at a barrier before it sleeps: far longer than most instructions take, far
 *  shorter than waking up. */
const SPINS = 100_000;
/** The milliseconds that a worker may take to start. */
const PATIENCE = 20_000;

const ignore = (): void => undefined;

/** The worker threads that compute together with the caller's thread. */
export class Pool {
  /** The pool that computes, if there is one. */
  static current?: Pool;
  readonly #threads: readonly Thread[];
  readonly #blocks: readonly Block[];
  readonly #shared: Memory;
  #over = false;

  private constructor(
    members: readonly Thread[],
    blocks: readonly Block[],
    shared: Memory,
    /** The address of the table of threads; see assembly/team.ts. */
    readonly table: number,
  ) {
    this.#threads = members;
    this.#blocks = blocks;
    this.#shared = shared;
  }

  /** Starts count − 1 workers, and moves to a memory that all share. `lost` is called with the reason if the workers
   *  end. Fails where workers do not start. */
  static async begin(module: WebAssembly.Module, count: number, lost: (why: string) => void): Promise<Pool> {
    const blocks: Block[] = [];
    const block = (bytes: number): Block => {
      const allocated = allocate(bytes, 'threads');
      blocks.push(allocated);
      return allocated;
    };
    const started: Thread[] = [];
    let shared: Memory;
    let table: Block;
    try {
      table = block(Size.line * (count + 1));
      const workspaces = Array.from({ length: count - 1 }, () => block(Size.scratch));
      shared = take(memory.buffer.byteLength / PAGE, true);
      const common = { module, memory: shared.memory, threads: count, control: CONTROL, table: table.at };
      const call = ({ at }: Block, i: number): Call => ({ ...common, thread: i + 1, workspace: at });
      await Promise.all(workspaces.map(async (own, i) => started.push(await called(call(own, i)))));
    } catch (error) {
      for (const each of blocks) release(each);
      for (const thread of started) thread.stop();
      throw error;
    }
    const pool = new Pool(started, blocks, shared, table.at);
    const end = (why: string, orderly = false): void => {
      if (pool.end(orderly)) lost(why);
    };
    for (const thread of started) {
      thread.listen(ignore, (why) => end(why));
      thread.unref();
    }
    useTeam({
      ...shared,
      module,
      count,
      table: table.at,
      spins: SPINS,
      sleeps: maySleep(),
      lost: () => end('a thread gave no sign of life while it computed'),
      outgrown: () =>
        end('threads share less memory than was needed; setThreads(n) starts them again, with more', true),
    });
    Pool.current = pool;
    return pool;
  }

  /** Moves back to a memory for a single thread. `orderly`: the threads are alive and waiting. Returns false where this
   *  has happened already. */
  end(orderly = true): boolean {
    if (this.#over) return false;
    this.#over = true;
    Pool.current = undefined;
    if (orderly) dismiss();
    useTeam(undefined);
    let gone = 0;
    for (const thread of this.#threads) {
      // A dismissed worker confirms; after that it no longer touches the shared memory.
      const went = (): void => {
        thread.stop();
        if (++gone === this.#threads.length) leave(this.#shared);
      };
      thread.listen(went, ignore);
      if (!orderly) thread.stop();
    }
    for (const block of this.#blocks) release(block);
    return true;
  }

  /** Stops a worker as if it had died, for tests. */
  kill(): void {
    this.#threads[0].stop();
  }
}

/** Whether this thread may sleep while it waits for others; the main thread of a page must not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a worker from its file, or from its text where the file does not load, for instance from another origin. Resolves when the
 *  worker is ready. A page's policy may allow blobs and no data, or the other way round; Node accepts data only. */
async function called(call: Call): Promise<Thread> {
  const text = `(${serve})(${link}, ${JSON.stringify(READY)});`;
  const blob = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    return await ready(new URL('./threadWorker.js', import.meta.url), call)
      .catch(() => ready(new URL(blob), call))
      .catch(() => ready(new URL(`data:text/javascript,${encodeURIComponent(text)}`), call));
  } finally {
    URL.revokeObjectURL(blob);
  }
}

function ready(url: URL, call: Call): Promise<Thread> {
  return new Promise((resolve, reject) => {
    const thread = start(url);
    const fail = (why: string): void => {
      clearTimeout(timer);
      thread.stop();
      reject(new Error(why));
    };
    const timer = setTimeout(() => fail('a worker did not start in time'), PATIENCE);
    thread.listen((message) => {
      if (message !== READY) return;
      clearTimeout(timer);
      thread.unref();
      resolve(thread);
    }, fail);
    thread.post(call);
  });
}
