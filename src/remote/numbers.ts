import { breathe } from '../clock.js';
import type { Port } from './messages.js';

/** The arrays that data sets and models are made of. */
export type Numbers = Float32Array | Int32Array | Uint8Array;
const isNumbers = (x: unknown): x is Numbers =>
  x instanceof Float32Array || x instanceof Int32Array || x instanceof Uint8Array;

/** A placeholder for an array in a message: its index among the arrays that were sent before. */
interface Placed {
  readonly array: number;
}
const isPlaced = (x: object): x is Placed => 'array' in x;

/** Replaces the arrays in a value by placeholders, and appends them to `arrays`. */
export function takenOut(value: unknown, arrays: Numbers[]): unknown {
  if (isNumbers(value)) {
    // An array that occurs twice is sent once.
    const known = arrays.indexOf(value);
    return { array: known < 0 ? arrays.push(value) - 1 : known };
  }
  return mapped(value, (inner) => takenOut(inner, arrays));
}
/** Reverses `takenOut`: puts the arrays in place of their placeholders. */
export function putBack(value: unknown, arrays: readonly Numbers[]): unknown {
  if (typeof value === 'object' && value !== null && isPlaced(value)) return arrays[value.array];
  return mapped(value, (inner) => putBack(inner, arrays));
}
function mapped(value: unknown, f: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(f);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, f(inner)]));
}

/** The number of bytes copied at a time, which takes a millisecond or two: too little to stall a page. */
const PIECE = 1_000_000;

/** Copies a part of an array as a plain typed array; `slice` of a Node Buffer would share its memory. */
function copied(whole: Numbers, from: number, to: number): Numbers {
  const part = whole.subarray(from, to);
  if (part instanceof Float32Array) return new Float32Array(part);
  return part instanceof Int32Array ? new Int32Array(part) : new Uint8Array(part);
}

/** Sends arrays as pieces, and lets the event loop run between them. `move`: those that have their memory to themselves are moved instead
 *  of copied, and are empty afterwards. Shared memory is not copied. */
export async function sendNumbers(port: Port, arrays: readonly Numbers[], move: boolean): Promise<void> {
  let sent = 0;
  for (const [array, whole] of arrays.entries()) {
    const { length, buffer, byteLength } = whole;
    const post = (values: Numbers, at: number): void => {
      const transfer = values.buffer instanceof ArrayBuffer ? [values.buffer] : [];
      port.post({ kind: 'numbers', array, at, length, values }, transfer);
    };
    const alone = byteLength === buffer.byteLength && arrays.every((x) => x === whole || x.buffer !== buffer);
    if (!(buffer instanceof ArrayBuffer) || (move && alone)) {
      post(whole, 0);
      continue;
    }
    const step = PIECE / whole.BYTES_PER_ELEMENT;
    for (let at = 0; at < length; at += step) {
      const piece = copied(whole, at, at + step);
      sent += piece.byteLength;
      post(piece, at);
      if (sent < PIECE) continue;
      await breathe();
      sent = 0;
    }
  }
}

/** Stores a received piece. */
export function receive(
  arrays: Numbers[],
  { array, at, length, values }: { array: number; at: number; length: number; values: Numbers },
): void {
  if (values.length === length) {
    arrays[array] = values;
    return;
  }
  arrays[array] ??= new (values.constructor as new (n: number) => Numbers)(length);
  arrays[array].set(values, at);
}
