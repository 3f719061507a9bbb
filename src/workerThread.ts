import { augment, clip, constrain, type Port, serveTraining } from './index.js';

/** The module that runs in the worker of trainInWorker: a web worker or a Node worker. In other threads it does nothing. */

interface WebScope {
  readonly WorkerGlobalScope?: unknown;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(name: 'message', heard: (event: { data: unknown }) => void): void;
}
interface ParentPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(name: 'message', heard: (message: unknown) => void): void;
}
interface Node {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: ParentPort | null } | undefined };
}

function portOf(): Port | undefined {
  const scope = globalThis as unknown as WebScope & Node;
  if (scope.WorkerGlobalScope !== undefined)
    return {
      post: (message, transfer = []) => scope.postMessage(message, transfer),
      listen: (heard) => scope.addEventListener('message', ({ data }) => heard(data)),
    };
  const parent = scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort;
  return parent
    ? {
        post: (message, transfer = []) => parent.postMessage(message, transfer),
        listen: (heard) => parent.on('message', heard),
      }
    : undefined;
}

const port = portOf();
// Only the parts that training needs are imported, because the worker's file is bundled from here.
if (port) serveTraining(port, { augment, clip, constrain });
