import { serveTrials } from './sweep/index.js';

/** The module that runs in the threads of `threads` and `worker` of regulus/sweep. */

interface Port {
  postMessage(message: unknown): void;
  on(name: 'message', heard: (message: never) => void): void;
}
interface Host {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: Port | null } | undefined };
}

const parent = (globalThis as Host).process?.getBuiltinModule?.('node:worker_threads')?.parentPort;
if (parent)
  serveTrials(
    { post: (message) => parent.postMessage(message), listen: (heard) => parent.on('message', heard) },
    (module) => import(module) as Promise<Record<string, unknown>>,
  );
