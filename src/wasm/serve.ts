/** The message that asks a worker to compute. */
export interface Call {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
  /** The addresses of its workspace, of the words through which threads meet, and of the table of threads. */
  readonly workspace: number;
  readonly control: number;
  readonly table: number;
}
/** The message of a worker that can compute, sent again when it has been dismissed and no longer touches memory. */
export const READY = 'ready';

type Link = typeof import('./link.js').link;
interface Port {
  on(event: 'message', heard: (call: Call) => void): void;
  postMessage(message: string): void;
}
interface Host {
  process?: { getBuiltinModule?(name: string): { parentPort: Port } };
  postMessage?(message: string): void;
  onmessage?: (event: { data: Call }) => void;
}

/** Runs in a worker: links the kernels, reports that it is ready, and computes until it is dismissed. This function too
 *  is given to workers as text, so everything that it uses comes with its arguments. */
export function serve(link: Link, ready: string): void {
  const host: Host = globalThis as object;
  const begin = (
    post: (message: string) => void,
    { module, memory, thread, threads, workspace, control, table }: Call,
  ): void => {
    const { exports } = link(module, memory);
    (exports.join as (...words: number[]) => void)(thread, threads, workspace, control, table);
    post(ready);
    (exports.work as () => void)();
    post(ready);
  };
  // Among runtimes with node:worker_threads, only Deno's workers have a global postMessage, which does the same.
  if (host.postMessage) {
    const post = host.postMessage.bind(host);
    host.onmessage = ({ data }) => begin(post, data);
  } else {
    const port = host.process?.getBuiltinModule?.('node:worker_threads').parentPort as Port;
    port.on('message', (call) => begin((message) => port.postMessage(message), call));
  }
}
