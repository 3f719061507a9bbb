import type { FromThread, ToThread } from './sweep/serve.js';

/** The file of the threads of `threads` and `worker` of regulus/sweep. */

interface Port {
  postMessage(message: FromThread): void;
  on(name: 'message', heard: (message: ToThread) => void): void;
  once(name: 'message', heard: (message: { readonly module: string }) => void): void;
}
interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}
interface Require {
  (name: string): unknown;
  resolve(name: string): string;
  readonly cache?: Readonly<Record<string, unknown>>;
}
type Sweep = typeof import('./sweep/index.js');

const builtin = <T>(name: string): T | undefined =>
  (globalThis as Host).process?.getBuiltinModule?.(name) as T | undefined;

/** The form of the library that the module has loaded: in Node the package's name stands for CommonJS. What fit is given must be of its own engine. */
function sweepOfModule(): Promise<Sweep> {
  const require = builtin<{ createRequire(from: string): Require }>('node:module')?.createRequire(import.meta.url);
  if (require?.cache?.[require.resolve('./index.cjs')]) return Promise.resolve(require('./sweep.cjs') as Sweep);
  return import('./sweep/index.js');
}

const parent = builtin<{ readonly parentPort: Port | null }>('node:worker_threads')?.parentPort;
parent?.once('message', async ({ module }) => {
  try {
    const found = (await import(module)) as Record<string, unknown>;
    const { serveTrials } = await sweepOfModule();
    serveTrials(
      { post: (message) => parent.postMessage(message), listen: (heard) => parent.on('message', heard) },
      found,
    );
  } catch (error) {
    parent.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
