import { OptionError } from '../errors.js';
import { Tensor } from '../graph/tensor.js';
import { tensorsOf } from '../graph/tree.js';
import { shown } from '../options.js';

const isPlain = (x: object): boolean => [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(x));

/** What JSON would mix up is written with its type; what it cannot tell apart at all is refused. */
function written(_: string, x: unknown): unknown {
  if (x instanceof Tensor) return { shape: x.shape };
  if (x === undefined || (typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0))))
    return { [typeof x]: Object.is(x, -0) ? '-0' : String(x) };
  if (typeof x === 'function' || (typeof x === 'object' && x !== null && !isPlain(x)))
    throw new OptionError(
      `compile: ${shown(x)} cannot be an argument, because it may change between calls; use it from outside the function`,
    );
  return x;
}

/** What the arguments look like: shapes for tensors, values for everything else. Equal signatures share a program. */
export function signature(args: readonly unknown[]): string {
  try {
    return JSON.stringify(args, written);
  } catch (error) {
    tensorsOf(args); // refuses what is nested too deeply
    throw error;
  }
}
