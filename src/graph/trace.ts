import { constant, input } from './leaves.js';
import { sorted } from './sort.js';
import { flat, type Tensor } from './tensor.js';

/** A function that is being traced: one that is differentiated (its tensors keep their graph when they are read), or a
 *  program that will be replayed (it may ask for a counter that differs at every run). */
interface Trace {
  readonly replayed: boolean;
  /** What the function is differentiated with respect to: tensors, and objects with parameters. */
  readonly wrt: ReadonlySet<unknown>;
  /** The tensors of `wrt`, and the parameters of the other objects as the function found them. */
  readonly watched: Set<Tensor>;
  counter?: Tensor;
  /** Whether a value was read that depends on these tensors. */
  read: boolean;
}
const traces: Trace[] = [];

export const isTracing = (): boolean => traces.length > 0;
/** The outermost program that is being described, if any. */
export const replay = (): Trace | undefined => traces.find(({ replayed }) => replayed);

function traced<T>(trace: Trace, f: () => T): T {
  traces.push(trace);
  try {
    return f();
  } finally {
    traces.pop();
  }
}

/** Traces f as a program. `counter` is the input that f asked for, if it did. */
export function traceProgram<T>(f: () => T): { result: T; counter?: Tensor } {
  const trace: Trace = { replayed: true, wrt: new Set(), watched: new Set(), read: false };
  return { result: traced(trace, f), counter: trace.counter };
}

/** Traces f, to differentiate it with respect to tensors and models. `read`: whether f read a value that depends on
 *  them. */
export function traceFunction<T>(
  wrt: readonly unknown[],
  watched: readonly Tensor[],
  f: () => T,
): { result: T; read: boolean; watched: ReadonlySet<Tensor> } {
  const trace: Trace = { replayed: false, wrt: new Set(wrt), watched: new Set(watched), read: false };
  return { result: traced(trace, f), read: trace.read, watched: trace.watched };
}

/** Whether a function is being differentiated with respect to x. */
export const differentiates = (x: unknown): boolean => traces.some(({ wrt }) => wrt.has(x));
/** Registers the tensors that are the parameters of x now. */
export function watch(x: unknown, tensors: readonly Tensor[]): void {
  for (const { wrt, watched } of traces) if (wrt.has(x)) for (const t of tensors) watched.add(t);
}

/** The traces whose functions are differentiated with respect to something that a gradient could reach from t. */
export function watching(t: Tensor): Trace[] {
  const open = traces.filter(({ watched }) => watched.size);
  if (!open.length) return [];
  const behind = sorted([t], (x) => (x.op.gradient === flat ? [] : x.inputs));
  return open.filter(({ watched }) => behind.some((x) => watched.has(x)));
}

/** The counter of random draws: that of the replay while a program is traced, else the number that `call` returns. */
export function counter(call: () => number): Tensor {
  const program = replay();
  if (!program) return constant(Int32Array.of(call()), [1]);
  program.counter ??= input([1]);
  return program.counter;
}
