/** Moments below this become 0. Otherwise they would decay into subnormal numbers after about a thousand steps, which
 *  make steps several times slower; WASM has no mode that flushes them. The bound is far too small to change a
 *  weight. */
export const TINY = 1e-30;
