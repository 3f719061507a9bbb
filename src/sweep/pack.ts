import type { Numbers } from '../index.js';

/** A value and the arrays that it refers to, as bytes: the length of a JSON text, the text, and the arrays one after another. All machines that
 *  run WebAssembly are little-endian in memory, so the arrays are as they lie. */

const KINDS = { f: Float32Array, i: Int32Array, u: Uint8Array } as const;
type Kind = keyof typeof KINDS;
const kindOf = (array: Numbers): Kind =>
  array instanceof Float32Array ? 'f' : array instanceof Int32Array ? 'i' : 'u';
const padded = (length: number): number => Math.ceil(length / 8) * 8;

export function toBytes(value: unknown, arrays: readonly Numbers[]): Uint8Array {
  const about = arrays.map((array) => [kindOf(array), array.length]);
  const text = new TextEncoder().encode(JSON.stringify({ value, about }));
  const begin = padded(8 + text.length);
  const whole = new Uint8Array(arrays.reduce((at, { byteLength }) => at + padded(byteLength), begin));
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, 8);
  let at = begin;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    whole.set(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength), at);
    at += padded(byteLength);
  }
  return whole;
}

export function fromBytes(bytes: Uint8Array): { value: unknown; arrays: Numbers[] } {
  // A copy, because arrays of numbers must begin at multiples of their size. The `slice` of a Node Buffer would be none.
  const whole = new Uint8Array(bytes);
  const length = new DataView(whole.buffer).getUint32(0, true);
  const { value, about } = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + length))) as {
    value: unknown;
    about: [Kind, number][];
  };
  let at = padded(8 + length);
  const arrays = about.map(([kind, count]) => {
    const array = new KINDS[kind](whole.buffer as ArrayBuffer, at, count);
    at += padded(array.byteLength);
    return array;
  });
  return { value, arrays };
}
