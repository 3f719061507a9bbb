import type { Answer, Order } from './protocol.js';
import { inTurn, type Loads } from './turns.js';

/** The page's end of the connection to the worker. */
export interface Client {
  post(order: Order): void;
  ask(what: 'hash' | 'program' | 'model' | 'settled'): Promise<unknown>;
  /** Whether the engine runs in the page, because the page may start no worker. */
  readonly inPage: boolean;
  end(): void;
}

type Module = { serve(port: MessagePort): void };
/** A page that holds everything in one file puts the text of the worker's module here. */
const INLINE = Symbol.for('regulus.playground.worker');
const inline = (): string | undefined => (globalThis as { [INLINE]?: string })[INLINE];
const blobOf = (text: string): string => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));

/** Makes the worker; from another origin, by a small module of the page's own that imports the file. */
function made(): { worker: Worker; url?: string } {
  const text = inline();
  if (text !== undefined) {
    // A page that is a file may start workers, but none that are modules. Without its last line, which exports, this is a script.
    const url = blobOf(`(() => { 'use strict'; ${text.replace(/export\s*\{[^{}]*\};?\s*$/, '')} })();`);
    return { worker: new Worker(url), url };
  }
  const here = import.meta.url;
  const { origin: from, protocol } = new URL(here);
  // Some bundlers write the path of the file on the machine that has built the page; they know the worker by the line below.
  if (from === origin || (protocol === 'file:' && location.protocol !== protocol))
    return { worker: new Worker(new URL('./playgroundWorker.js', import.meta.url), { type: 'module' }) };
  const url = blobOf(`import ${JSON.stringify(new URL('./playgroundWorker.js', here).href)};`);
  return { worker: new Worker(url, { type: 'module' }), url };
}

/** How long a worker may take to answer; a policy of the page may refuse it without a word. */
const PATIENCE = 10_000;

/** Starts the engine in a worker, or in the page where no worker starts. */
export async function connect(hear: (answer: Answer) => void, loads: Loads): Promise<Client> {
  const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  const heard = (answer: Answer): void => {
    if (answer.type !== 'answer') {
      hear(answer);
      return;
    }
    const waiting = asked.get(answer.id);
    asked.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.error));
  };
  const client = (send: (order: Order) => void, inPage: boolean, end: () => void): Client => {
    const post = inTurn(send, loads);
    return {
      post,
      inPage,
      ask: (what) =>
        new Promise((resolve, reject) => {
          const id = count++;
          asked.set(id, { resolve, reject });
          post({ type: 'ask', id, what });
        }),
      end() {
        end();
        for (const { reject } of asked.values()) reject(new Error('the playground was removed from the page'));
        asked.clear();
      },
    };
  };
  try {
    const { worker, url } = made();
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no answer')), PATIENCE);
      const settle = (done: () => void) => () => {
        clearTimeout(late);
        if (url) URL.revokeObjectURL(url);
        done();
      };
      worker.onmessage = settle(resolve);
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        settle(() => reject(new Error(event.message || 'the worker did not start')))();
      };
    });
    worker.onerror = (event) => hear({ type: 'failed', message: event.message });
    worker.onmessage = ({ data }) => heard(data as Answer);
    return client(
      (order) => worker.postMessage(order),
      false,
      () => worker.terminate(),
    );
  } catch {
    const { serve } = await here();
    const { port1, port2 } = new MessageChannel();
    await new Promise<void>((resolve) => {
      port1.onmessage = () => resolve();
      serve(port2);
    });
    port1.onmessage = ({ data }) => heard(data as Answer);
    return client(
      (order) => port1.postMessage(order),
      true,
      () => port1.close(),
    );
  }
}

async function here(): Promise<Module> {
  const text = inline();
  if (text === undefined) return import('./playgroundWorker.js' as string) as Promise<Module>;
  const url = blobOf(text);
  try {
    return (await import(/* @vite-ignore */ url)) as Module;
  } finally {
    URL.revokeObjectURL(url);
  }
}
