import type { Numbers } from '../index.js';

/** How the change of a shard travels: its parameters whole, or what has changed in them as bfloat16 or as int8. */
export const DELTAS = ['f32', 'bf16', 'int8'] as const;
export type Deltas = (typeof DELTAS)[number];

/** Rounds float32 to bfloat16, of ties to the even one. */
function toBf16(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const word = bits[i];
    halves[i] = Number.isNaN(values[i]) ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(halves.buffer);
}
const fromBf16 = (bytes: Uint8Array): Float32Array => {
  const halves = new Uint16Array(bytes.slice().buffer);
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
};

/** Rounds each tensor to 255 levels between its largest magnitudes: whole numbers from −127 to 127, and their scale. */
function toInt8(values: Float32Array, sizes: readonly number[]): readonly Numbers[] {
  const scales = new Float32Array(sizes.length);
  const levels = new Int8Array(values.length);
  let at = 0;
  for (const [tensor, size] of sizes.entries()) {
    let most = 0;
    for (let i = at; i < at + size; i++) most = Math.max(most, Math.abs(values[i]));
    const scale = Math.fround(most / 127);
    scales[tensor] = scale;
    for (let i = at; scale > 0 && i < at + size; i++)
      levels[i] = Math.min(127, Math.max(-127, Math.round(values[i] / scale)));
    at += size;
  }
  return [scales, new Uint8Array(levels.buffer)];
}
function fromInt8(scales: Float32Array, bytes: Uint8Array, sizes: readonly number[]): Float64Array {
  const levels = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Float64Array(levels.length);
  let at = 0;
  for (const [tensor, size] of sizes.entries())
    for (const end = at + size; at < end; at++) values[at] = levels[at] * scales[tensor];
  return values;
}

/** What a shard sends of the way from θ to its own parameters. `sizes` are those of the model's tensors. */
export function packedChange(
  deltas: Deltas,
  vector: Float32Array,
  theta: Float32Array,
  sizes: readonly number[],
): readonly Numbers[] {
  if (deltas === 'f32') return [vector];
  const change = vector.map((value, i) => value - theta[i]);
  return deltas === 'bf16' ? [toBf16(change)] : toInt8(change, sizes);
}

/** The change that a shard has sent, or what is wrong with it. */
export function changeOf(
  deltas: Deltas,
  arrays: readonly Numbers[],
  theta: Float32Array,
  sizes: readonly number[],
): Float64Array | string {
  const [first, second] = arrays;
  const kinds = { f32: [Float32Array], bf16: [Uint8Array], int8: [Float32Array, Uint8Array] }[deltas];
  if (arrays.length !== kinds.length || !kinds.every((kind, i) => arrays[i] instanceof kind))
    return `its update is not one of deltas: '${deltas}'`;
  const count = { f32: first.length, bf16: first.length / 2, int8: second?.length }[deltas];
  if (count !== theta.length) return `its update has ${count} numbers, and the model ${theta.length}`;
  if (deltas === 'int8' && first.length !== sizes.length)
    return `its update has ${first.length} scales, and the model ${sizes.length} tensors`;
  const sent =
    deltas === 'f32'
      ? (first as Float32Array)
      : deltas === 'bf16'
        ? fromBf16(first as Uint8Array)
        : fromInt8(first as Float32Array, second as Uint8Array, sizes);
  const change = new Float64Array(sent.length);
  for (let i = 0; i < change.length; i++) {
    if (!Number.isFinite(sent[i])) return `number ${i} of its update is ${sent[i]}`;
    change[i] = deltas === 'f32' ? sent[i] - theta[i] : sent[i];
  }
  return change;
}
