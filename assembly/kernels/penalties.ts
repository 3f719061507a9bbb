/** Penalties on pieces of θ. d points to a table: the number of pieces, then for each its offset and length (floats),
 *  l2 and l1. Parts share the pieces. */
import { Field } from '../layout';
import { total } from '../simd/lanes';
import { share } from './slice';

const ROW: usize = 16; // bytes of a piece's offset, length, l2, l1

/** y[part] = Σ (l2/2)·w² + l1·|w| over the part's pieces of θ (a), in float64 from sums of 4,096; in the same pass the
 *  gradient (b, in place) += l2·w + l1·sign(w). */
export function penalty(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), count = load<i32>(d);
  let value: f64 = 0;
  for (let n = share(count, part, parts), end = share(count, part + 1, parts); n < end; n++) {
    const row = d + 4 + <usize>n * ROW, length = load<i32>(row, 4), l2 = load<f32>(row, 8), l1 = load<f32>(row, 12);
    const offset = <usize>load<i32>(row) << 2, w = load<usize>(i, Field.a) + offset, g = load<usize>(i, Field.b) + offset;
    for (let at = 0; at < length; at += 4096)
      value += <f64>pull(w + (<usize>at << 2), g + (<usize>at << 2), min(4096, length - at), l2, l1);
  }
  store<f32>(load<usize>(i, Field.y) + (<usize>part << 2), <f32>value);
}
function pull(w: usize, g: usize, count: i32, l2: f32, l1: f32): f32 {
  const q = f32x4.splat(l2), half = f32x4.splat(l2 / 2), l = f32x4.splat(l1), minus = i32x4.splat(0x80000000), zero = f32x4.splat(0);
  let sum = zero;
  for (const end = w + ((<usize>count & ~3) << 2); w < end; w += 16, g += 16) {
    const x = v128.load(w), sign = v128.and(v128.or(l, v128.and(x, minus)), f32x4.ne(x, zero));
    v128.store(g, f32x4.add(v128.load(g), f32x4.add(f32x4.mul(q, x), sign)));
    sum = f32x4.add(sum, f32x4.add(f32x4.mul(half, f32x4.mul(x, x)), f32x4.mul(l, f32x4.abs(x))));
  }
  let all = total(sum);
  for (let k = 0; k < (count & 3); k++, w += 4, g += 4) {
    const x = load<f32>(w), sign: f32 = x > 0 ? l1 : x < 0 ? -l1 : 0;
    store<f32>(g, load<f32>(g) + (l2 * x + sign));
    all += l2 / 2 * x * x + l1 * abs(x);
  }
  return all;
}

/** y (θ, in place) ← sign(w)·max(|w| − ε·l1, 0), ε the float at c: the proximal step of the 1-norm gives exact zeros. */
export function softThreshold(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), count = load<i32>(d), rate = load<f32>(load<usize>(i, Field.c));
  for (let n = share(count, part, parts), end = share(count, part + 1, parts); n < end; n++) {
    const row = d + 4 + <usize>n * ROW;
    shrink(load<usize>(i, Field.y) + (<usize>load<i32>(row) << 2), load<i32>(row, 4), rate * load<f32>(row, 12));
  }
}
function shrink(w: usize, count: i32, by: f32): void {
  if (!by) return; // so that −0 stays −0
  const threshold = f32x4.splat(by), minus = i32x4.splat(0x80000000), zero = f32x4.splat(0);
  for (const end = w + ((<usize>count & ~3) << 2); w < end; w += 16) {
    const x = v128.load(w), size = f32x4.pmax(f32x4.sub(f32x4.abs(x), threshold), zero);
    v128.store(w, v128.or(size, v128.and(v128.and(x, minus), f32x4.gt(size, zero))));
  }
  for (let k = 0; k < (count & 3); k++, w += 4) {
    const x = load<f32>(w), size = abs(x) - by;
    store<f32>(w, size > 0 ? (x > 0 ? size : -size) : 0);
  }
}
