/** Reduces four lanes to one number, and loads and stores the ends of rows. */

/** The sum of the lanes: (l0 + l1) + (l2 + l3). */
@inline
export function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** The largest lane; NaN only where all lanes are. */
@inline
export function largest(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

const MASKS: usize = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0], 16);

/** A mask with all bits of the first `count` (0 to 4) lanes set. */
@inline
export function firstLanes(count: i32): v128 {
  return v128.load(MASKS + ((4 - <usize>count) << 2));
}

/** Loads the first `count` (1 to 3) lanes; the others are those of `rest`. Memory is read for all four. */
@inline
export function loadLanes(a: usize, count: i32, rest: v128): v128 {
  return v128.bitselect(v128.load(a), rest, firstLanes(count));
}

/** Stores the first `count` (1 to 3) lanes, so that writes never pass the end of a tensor. */
@inline
export function storeLanes(y: usize, x: v128, count: i32): void {
  if (count == 1) return v128.store32_lane(y, x, 0);
  v128.store64_lane(y, x, 0);
  if (count == 3) v128.store32_lane(y, x, 2, 8);
}

/** Stores all four lanes, or only the first `left` (1 to 3) where a row ends. */
@inline
export function storeLeft(y: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(y, x);
  else storeLanes(y, x, left);
}

/** Transposes 4×4 floats: rows of `from` bytes become columns of rows of `to` bytes. */
@inline
export function transpose4(a: usize, from: usize, y: usize, to: usize): void {
  transposeFrom(a, a + from, a + 2 * from, a + 3 * from, y, to);
}
/** Transposes four rows that may lie anywhere. */
@inline
export function transposeFrom(a0: usize, a1: usize, a2: usize, a3: usize, y: usize, to: usize): void {
  const r0 = v128.load(a0), r1 = v128.load(a1), r2 = v128.load(a2), r3 = v128.load(a3);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<f64>(t0, t1, 0, 2));
  v128.store(y + to, v128.shuffle<f64>(t0, t1, 1, 3));
  v128.store(y + 2 * to, v128.shuffle<f64>(t2, t3, 0, 2));
  v128.store(y + 3 * to, v128.shuffle<f64>(t2, t3, 1, 3));
}
/** Transposes two rows of four floats into four columns of two, `to` bytes apart. */
@inline
export function transpose2(a: usize, from: usize, y: usize, to: usize): void {
  const r0 = v128.load(a), r1 = v128.load(a + from);
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  v128.store64_lane(y, low, 0);
  v128.store64_lane(y + to, low, 1);
  v128.store64_lane(y + 2 * to, high, 0);
  v128.store64_lane(y + 3 * to, high, 1);
}
