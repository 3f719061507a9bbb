import { Size } from '../../assembly/layout.js';
import { CONTROL, dismiss, memory, useTeam } from './engine.js';
import { start, type Thread } from './host.js';
import { link } from './link.js';
import { leave, type Memory, PAGE, take } from './memories.js';
import { allocate, type Block, release } from './memory.js';
import { type Call, READY, serve } from './serve.js';

/** Loads of the barrier before a thread sleeps: far longer than most instructions take, far shorter than being woken up costs. */
const SPINS = 100_000;
/** Milliseconds that a worker may take to start. */
const PATIENCE = 20_000;

const ignore = (): void => undefined;

/** Threads that compute together with the caller's. */
export class Pool {
  /** The one that computes, if any does. */
  static current?: Pool;
  readonly #threads: readonly Thread[];
  readonly #blocks: readonly Block[];
  readonly #shared: Memory;
  #over = false;

  private constructor(
    members: readonly Thread[],
    blocks: readonly Block[],
    shared: Memory,
    /** Address of what the threads know of one another; see assembly/team.ts. */
    readonly table: number,
  ) {
    this.#threads = members;
    this.#blocks = blocks;
    this.#shared = shared;
  }

  /** Starts count − 1 workers, and moves to a memory that all share. `lost` hears that they are gone, and why. Fails where workers do not start. */
  static async begin(module: WebAssembly.Module, count: number, lost: (why: string) => void): Promise<Pool> {
    const blocks: Block[] = [];
    const block = (bytes: number): Block => {
      const given = allocate(bytes, 'threads');
      blocks.push(given);
      return given;
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

  /** Moves back to a memory of our own; `orderly`: the threads are alive, and wait. False where that has happened already. */
  end(orderly = true): boolean {
    if (this.#over) return false;
    this.#over = true;
    Pool.current = undefined;
    if (orderly) dismiss();
    useTeam(undefined);
    let gone = 0;
    for (const thread of this.#threads) {
      // Who was dismissed says so, and touches memory no more.
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

/** Whether this thread may wait for others in its sleep: a page's main thread must not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** A worker that is ready: from its file, or where that does not load, such as from another origin, from its text. A page's policy may allow
 *  blobs and no data, or the other way round; Node knows data only. */
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
