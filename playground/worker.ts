import { ENGINES } from './engines.js';
import type { Answer, Order, Pace, Port } from './protocol.js';
import { Twins } from './twins.js';

/** Steps are made in slices of at most this many milliseconds, between which orders are heard. */
const SLICE = 8;
/** The most steps that one order makes. */
const MOST_STEPS = 100_000;
/** The steps of a second in slow motion, and the seconds of a run to watch. */
const SLOW = 2;
const WATCH = 10;

/** Serves one page: it owns the engine of the tab that is shown. */
export function serve(port: Port): void {
  let runs: Twins | undefined;
  /** What the page has loaded for tabs. */
  const loaded = new Map<string, Extract<Order, { type: 'data' }>>();
  let tab = '';
  let pace: Pace | undefined;
  /** For the paces that count time: when counting began, and the steps made since. */
  let since = 0;
  let made = 0;
  /** How many steps a slice makes at full speed. */
  let most = 1;
  let said = 0;
  const channel = new MessageChannel();
  const say = (answer: Answer, transfer: Transferable[] = []): void => port.postMessage(answer, transfer);
  const tell = (): void => {
    if (runs) say({ type: 'progress', progress: runs.progress(pace !== undefined) });
  };
  const stop = (): void => {
    pace = undefined;
  };
  const run = (next: Pace): void => {
    const starts = pace === undefined;
    pace = next;
    since = performance.now();
    made = 0;
    runs?.further();
    if (starts) channel.port2.postMessage(0);
  };

  const slice = (): void => {
    if (!runs || !pace) return;
    const begun = performance.now();
    const left = runs.target - runs.step;
    let due = most;
    if (pace !== 'full') {
      const rate = pace === 'slow' ? SLOW : Math.max(SLOW, runs.length / WATCH);
      due = Math.min(most, Math.floor(((begun - since) * rate) / 1000) - made);
      // After a pause of the machine, the run does not hurry to catch up.
      if (due > rate / 4 + 1) {
        since = begun;
        made = 0;
        due = Math.ceil(rate / 60);
      }
    }
    if (due > 0 && left > 0) {
      const now = runs.advance(Math.min(due, left));
      made += now;
      const took = performance.now() - begun;
      if (now >= most || took > SLICE)
        most = Math.max(1, Math.min(4 * most, Math.floor((now * SLICE) / Math.max(took, 0.05))));
    }
    if (runs.ended || runs.step >= runs.target) {
      stop();
      tell();
    } else if (begun - said > 250) {
      said = begun;
      tell();
    }
    if (!pace) return;
    if (pace === 'full') channel.port2.postMessage(0);
    else setTimeout(() => channel.port2.postMessage(0), pace === 'slow' ? 20 : 4);
  };
  channel.port1.onmessage = () => guarded(slice);

  const answers = {
    hash: () => runs?.hash(),
    program: () => runs?.program(),
    model: () => runs?.parameters().map((vector) => vector.slice()),
    settled: () => undefined,
  };
  /** What each order does. */
  const orders: { readonly [T in Order['type']]: (order: Extract<Order, { type: T }>) => void } = {
    data(order) {
      loaded.set(order.tab, order);
    },
    reset(order) {
      stop();
      if (!runs || tab !== order.tab) {
        runs?.dispose();
        runs = undefined;
        tab = order.tab;
        const { data, error } = loaded.get(tab) ?? {};
        if (error !== undefined) throw new Error(error);
        const made = new Twins(ENGINES[tab], data);
        made.reset(order.state);
        runs = made;
      } else runs.reset(order.state);
      most = 1;
      tell();
    },
    change(order) {
      runs?.change(order.state);
      tell();
    },
    act(order) {
      runs?.act(order.act);
      tell();
    },
    run(order) {
      run(order.pace);
      tell();
    },
    pause() {
      stop();
      tell();
    },
    step(order) {
      stop();
      runs?.advance(Math.min(order.steps, MOST_STEPS));
      tell();
    },
    seek(order) {
      stop();
      runs?.seek(order.step);
      tell();
    },
    frame(order) {
      if (!runs) return;
      const [frame, twin] = runs.frames(order.want);
      const progress = runs.progress(pace !== undefined);
      const arrays = [frame, twin].flatMap((some) => Object.values(some?.arrays ?? {}));
      say(
        { type: 'frame', tab, frame, twin, progress },
        arrays.map(({ buffer }) => buffer as ArrayBuffer),
      );
    },
    ask({ id, what }) {
      try {
        say({ type: 'answer', id, value: answers[what]() });
      } catch (error) {
        say({ type: 'answer', id, error: String((error as Error)?.message ?? error) });
      }
    },
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      stop();
      say({ type: 'failed', message: (error as Error)?.message ?? String(error) });
    }
  };
  port.onmessage = ({ data }) => guarded(() => (orders[(data as Order).type] as (order: Order) => void)(data));
  say({ type: 'ready' });
}

const scope = globalThis as unknown as Port & { WorkerGlobalScope?: unknown; document?: unknown };
// In a worker of its own it serves at once; a page that may start no worker imports the module and calls `serve`.
if (scope.WorkerGlobalScope !== undefined && scope.document === undefined) serve(scope);
