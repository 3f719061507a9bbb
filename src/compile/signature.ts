import { OptionError } from '../errors.js';
import { Tensor } from '../graph/tensor.js';
import { tensorsOf } from '../graph/tree.js';
import { shown } from '../options.js';

const isPlain = (x: object): boolean => [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(x));

/** A value that JSON would confuse with another, under a name that no option has. */
const tagged = (kind: string, text: unknown): unknown => ({ [`\0${kind}`]: text });

/** Writes values that JSON would confuse with their type, and refuses those that it cannot tell apart at all. */
function written(this: unknown, key: string, json: unknown): unknown {
  // The value before its toJSON was called.
  const x = (this as Record<string, unknown>)[key];
  if (x instanceof Tensor) return tagged('tensor', x.shape);
  if (x === undefined) return tagged('undefined', 0);
  if (typeof x === 'bigint') return tagged('bigint', String(x));
  if (typeof x === 'number')
    return Number.isFinite(x) && !Object.is(x, -0) ? x : tagged('number', Object.is(x, -0) ? '-0' : String(x));
  if (typeof x === 'function' || typeof x === 'symbol' || (typeof x === 'object' && x !== null && !isPlain(x)))
    throw new OptionError(
      `compile: ${shown(x)} cannot be an argument, because it may change between calls; use it from outside the function`,
    );
  return json;
}

/** The signature of arguments: shapes for tensors, values for everything else. Equal signatures share a program. */
export function signature(args: readonly unknown[]): string {
  try {
    return JSON.stringify(args, written);
  } catch (error) {
    tensorsOf(args); // refuses arguments that are nested too deeply
    throw error;
  }
}
