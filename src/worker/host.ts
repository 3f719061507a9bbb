import { OutOfMemoryError, type RegulusError, type Thread, WorkerError } from '../index.js';

/** A worker: a web worker as in browsers, Deno and Bun, or one of node:worker_threads. */
export interface AnyWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
  addEventListener?(name: string, heard: (event: unknown) => void): void;
  on?(name: string, heard: (value: unknown) => void): unknown;
}
type NodeWorker = new (url: URL, options: { execArgv: string[] }) => AnyWorker;
interface Node {
  readonly process?: { getBuiltinModule?(name: string): { readonly Worker: NodeWorker } | undefined };
}

/** Makes a worker; a failure, such as a policy of the page or a limit of the host, becomes a WorkerError. */
export function made(make: () => AnyWorker): AnyWorker {
  let worker: AnyWorker;
  try {
    worker = make();
  } catch (cause) {
    if (cause instanceof WorkerError) throw cause;
    throw new WorkerError(`trainInWorker: no worker could be made: ${(cause as Error)?.message}`, { cause });
  }
  const has = (name: keyof AnyWorker): boolean => typeof worker?.[name] === 'function';
  if (has('postMessage') && has('terminate') && (has('addEventListener') || has('on'))) return worker;
  throw new WorkerError(
    'trainInWorker: the option `worker` gave no worker; it is a function that gives one, such as () => new Worker(url)',
  );
}

/** Starts the library's own worker. Bundlers recognize the form `new Worker(new URL(…, import.meta.url))`, and bundle the file. */
export function startWorker(): AnyWorker {
  // Written differently on purpose: bundlers would fail on a second call of the form that they recognize.
  const here = import.meta.url;
  if (typeof Worker === 'function')
    return isElsewhere(here)
      ? fromElsewhere(new URL('./trainingWorker.js', here))
      : new Worker(new URL('./trainingWorker.js', import.meta.url), { type: 'module' });
  // Loaded at run time, because bundlers for browsers would fail on an import of node:worker_threads.
  const threads = (globalThis as Node).process?.getBuiltinModule?.('node:worker_threads');
  if (!threads) throw new WorkerError('trainInWorker: this host has no workers');
  // Flags such as --input-type apply to the main program only, and are not passed on.
  return new threads.Worker(new URL('./trainingWorker.js', here), { execArgv: [] });
}

/** Whether a page has loaded this module from another origin than its own, such as a CDN's. */
function isElsewhere(here: string): boolean {
  const page = (globalThis as { location?: { origin: string } }).location;
  return page !== undefined && /^https?:/.test(here) && new URL(here).origin !== page.origin;
}

/** Makes a worker from another origin's file. Pages start workers from their own origin only, so the worker is a small module that imports the file. */
function fromElsewhere(file: URL): AnyWorker {
  const text = `import ${JSON.stringify(file.href)};`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  // The module's URL can be revoked once the worker has answered or failed.
  for (const name of ['message', 'error'])
    worker.addEventListener(name, () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** The fields of an error event that are used here. */
interface Ended {
  readonly message?: string;
  readonly code?: string | number;
  preventDefault?(): void;
}
const KEPT = '. The model has the parameters from before';
/** The reason of a WorkerError, for a warning: its text without prefix and advice. */
export const reasonOf = ({ message }: Error): string => message.replace('trainInWorker: ', '').replace(KEPT, '');

/** Wraps a worker as the thread interface that the library uses. */
export function threadOf(worker: AnyWorker): Thread {
  const on = (name: string, heard: (event: unknown) => void): void => {
    if (worker.addEventListener) worker.addEventListener(name, heard);
    else worker.on?.(name, heard);
  };
  const isWeb = worker.addEventListener !== undefined;
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen: (heard) => on('message', (event) => heard(isWeb ? (event as MessageEvent<unknown>).data : event)),
    died(hears) {
      on('error', (event) => {
        // Node passes on the thrown value, which may be of any type.
        const ended = Object(event) as Ended;
        ended.preventDefault?.();
        hears(failed(ended));
      });
      on('messageerror', () => hears(new WorkerError('trainInWorker: an answer of the worker could not be read')));
      // Node's worker says 'exit', Bun's 'close'; browsers say nothing.
      for (const name of ['exit', 'close'])
        on(name, () => hears(new WorkerError(`trainInWorker: the worker ended before its training${KEPT}`)));
    },
    end: () => worker.terminate(),
  };
}

function failed({ message, code }: Ended): RegulusError {
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new OutOfMemoryError(`trainInWorker: the worker ran out of memory: ${message}`);
  return new WorkerError(`trainInWorker: the worker could not run: ${message || 'its file was not loaded'}${KEPT}`);
}
