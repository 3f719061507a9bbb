/** The parts of a worker that the library needs, in browsers and in Node. */
export interface Thread {
  post(message: unknown): void;
  /** Sets the listeners, which replace those set before. `ended`: the worker has failed or has been stopped. */
  listen(heard: (message: unknown) => void, ended: (why: string) => void): void;
  /** Lets the process end while the worker lives. */
  unref(): void;
  stop(): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: string, heard: (value: unknown) => void): void;
  removeAllListeners(): void;
  unref(): void;
  terminate(): unknown;
}
interface Builtins {
  getBuiltinModule?(name: 'node:worker_threads'): { Worker?: new (url: URL, options: object) => NodeWorker };
  getBuiltinModule?(name: 'node:os'): { availableParallelism?(): number };
}
const host = globalThis as { process?: Builtins; Bun?: unknown; navigator?: { hardwareConcurrency?: number } };
// Bun: its own workers start from a data: URL, its node:worker_threads do not. Deno: its own workers keep the process
// alive, its node:worker_threads do not.
const builtin = () => (host.Bun === undefined ? host.process?.getBuiltinModule : undefined);

/** Whether this host has workers at all. */
export const hasWorkers = (): boolean => builtin() !== undefined || typeof Worker === 'function';

/** Starts a module as a worker. */
export function start(url: URL): Thread {
  const Node = builtin()?.('node:worker_threads')?.Worker;
  return Node ? nodeThread(new Node(url, { execArgv: [] })) : webThread(new Worker(url, { type: 'module' }));
}

function nodeThread(worker: NodeWorker): Thread {
  return {
    post: (message) => worker.postMessage(message),
    listen(heard, ended) {
      worker.removeAllListeners();
      worker.on('message', heard);
      worker.on('error', (error) => ended(String(error)));
      worker.on('exit', (code) => ended(`it ended with code ${code}`));
    },
    unref: () => worker.unref(),
    stop: () => void worker.terminate(),
  };
}
function webThread(worker: Worker): Thread {
  let closed: ((why: string) => void) | undefined;
  // Bun's workers report that they close only to listeners added in this way.
  worker.addEventListener('close', () => closed?.('it was closed'));
  return {
    post: (message) => worker.postMessage(message),
    listen(heard, ended) {
      worker.onmessage = ({ data }) => heard(data);
      worker.onerror = (event) => {
        event.preventDefault?.();
        ended(event.message || 'its script did not start');
      };
      closed = ended;
    },
    unref: () => (worker as { unref?(): void }).unref?.(),
    stop: () => worker.terminate(),
  };
}

/** The number of threads that the host says it can run at once. */
export function parallelism(): number {
  const os = host.process?.getBuiltinModule?.('node:os');
  return os?.availableParallelism?.() ?? host.navigator?.hardwareConcurrency ?? 1;
}
