/** The upper 32 bits of the 64-bit product of two u32, exact. */
export function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16);
  const cross = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff);
  return (Math.imul(a1, b1) + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): writes the four random u32 that
 * belong to a counter of four u32 under a key of two. The kernels of the engine compute the same words.
 */
export function philoxInto(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key: readonly [number, number],
): void {
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const h0 = multiplyHigh(c0, 0xd2511f53);
    const l0 = Math.imul(c0, 0xd2511f53);
    const h1 = multiplyHigh(c2, 0xcd9e8d57);
    const l1 = Math.imul(c2, 0xcd9e8d57);
    c0 = h1 ^ c1 ^ k0;
    c1 = l1;
    c2 = h0 ^ c3 ^ k1;
    c3 = l0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The four u32 of one counter: `philox([0, 0, 0, 0], [0, 0])` is 6627e8d5 e169c58d bc57ac4c 9b00dbd8. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  const out = new Uint32Array(4);
  philoxInto(out, ...counter, key);
  return [out[0], out[1], out[2], out[3]];
}
