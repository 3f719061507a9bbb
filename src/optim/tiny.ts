/** Moments below this become 0. Left alone they decay into subnormal numbers, which make steps several times slower after
 *  a thousand of them; WASM has no mode that flushes them. Far below what can change a weight. */
export const TINY = 1e-30;
