import { constant, input } from './leaves.js';
import type { Tensor } from './tensor.js';

/** What is being traced: a function that is differentiated (its tensors keep their graph when they are read), or a
 *  program that will be replayed (it may ask for a counter that is another at every run). */
interface Trace {
  counter?: Tensor;
  readonly replayed: boolean;
}
const traces: Trace[] = [];

export const isTracing = (): boolean => traces.length > 0;

/** Calls f as part of a trace. `counter` is the input that f asked for, if it did. */
export function trace<T>(replayed: boolean, f: () => T): { result: T; counter?: Tensor } {
  const own: Trace = { replayed };
  traces.push(own);
  try {
    return { result: f(), counter: own.counter };
  } finally {
    traces.pop();
  }
}

/** A number for random draws: the replay's counter where a program is traced, else `call`. */
export function counter(call: () => number): Tensor {
  const replay = traces.find(({ replayed }) => replayed);
  if (!replay) return constant(Int32Array.of(call()), [1]);
  replay.counter ??= input([1]);
  return replay.counter;
}
