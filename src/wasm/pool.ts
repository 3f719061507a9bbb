import { Size } from '../../assembly/layout.js';
import { CONTROL, dismiss, memory, MOST_PAGES, PAGE, useTeam } from './engine.js';
import { start, type Thread } from './host.js';
import { link } from './link.js';
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
  #over = false;

  private constructor(
    members: readonly Thread[],
    blocks: readonly Block[],
    /** Address of what the threads know of one another; see assembly/team.ts. */
    readonly table: number,
  ) {
    this.#threads = members;
    this.#blocks = blocks;
  }

  /** Starts count − 1 workers, and moves to a memory that all share. `lost` hears of a death, and why. Fails where workers do not start. */
  static async begin(module: WebAssembly.Module, count: number, lost: (why: string) => void): Promise<Pool> {
    const { shared, mostPages } = sharedMemory();
    const workspaces = Array.from({ length: count - 1 }, () => allocate(Size.scratch, 'threads'));
    const table = allocate(Size.line * (count + 1), 'threads');
    const blocks = [...workspaces, table];
    // These may be where only a grown memory reaches.
    const missing = (memory.buffer.byteLength - shared.buffer.byteLength) / PAGE;
    if (missing > 0) shared.grow(missing);
    const calls = workspaces.map(({ at }, i): Call => {
      return {
        module,
        memory: shared,
        thread: i + 1,
        threads: count,
        workspace: at,
        control: CONTROL,
        table: table.at,
      };
    });
    const started: Thread[] = [];
    try {
      await Promise.all(calls.map(async (call) => started.push(await called(call))));
    } catch (error) {
      for (const block of blocks) release(block);
      for (const thread of started) thread.stop();
      throw error;
    }
    const pool = new Pool(started, blocks, table.at);
    const end = (why: string): void => {
      if (pool.end(false)) lost(why);
    };
    for (const thread of started) {
      thread.listen(ignore, end);
      thread.unref();
    }
    const died = (): void => end('a thread gave no sign of life while it computed');
    useTeam({
      module,
      memory: shared,
      mostPages,
      count,
      table: table.at,
      spins: SPINS,
      sleeps: maySleep(),
      lost: died,
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
    for (const thread of this.#threads) {
      thread.listen(ignore, ignore);
      thread.stop();
    }
    for (const block of this.#blocks) release(block);
    return true;
  }

  /** Stops a worker as if it had died, for tests. */
  kill(): void {
    this.#threads[0].stop();
  }
}

/** As large a memory as the host lets threads share: it reserves the addresses at once. */
function sharedMemory(): { shared: WebAssembly.Memory; mostPages: number } {
  const initial = memory.buffer.byteLength / PAGE;
  for (let maximum = MOST_PAGES; ; maximum /= 2)
    try {
      return { shared: new WebAssembly.Memory({ initial, maximum, shared: true }), mostPages: maximum };
    } catch (error) {
      if (maximum / 2 < initial) throw error;
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

/** A worker that is ready: from its file, or where that does not load, such as from another origin, from its text. */
async function called(call: Call): Promise<Thread> {
  try {
    return await ready(new URL('./threadWorker.js', import.meta.url), call);
  } catch {
    const text = `(${serve})(${link}, ${JSON.stringify(READY)});`;
    return ready(new URL(`data:text/javascript,${encodeURIComponent(text)}`), call);
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
