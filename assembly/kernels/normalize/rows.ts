/** Layer and RMS normalization: normalizes every row of a [rows, columns] by itself, in several passes over a row that
 *  is in the cache. Mode 1 subtracts the mean of the row; mode 0 takes it as 0. Parts share the rows. */
import { Field } from '../../layout';
import { firstLanes, storeLanes, total } from '../../simd/lanes';
import { scratch } from '../../state';
import { share } from '../slice';

/** y = x̂·weight + bias, followed by [rows, 2], the mean and 1/√(variance + s) of each row. b = weight, c = bias or
 *  0. */
export function normalizeRows(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), line = <usize>n << 2, eps = load<f32>(i, Field.s);
  const centered = load<i32>(i, Field.mode), weight = load<usize>(i, Field.b), given = load<usize>(i, Field.c);
  v128.store(scratch, f32x4.splat(0));
  const bias = given ? given : scratch, step: usize = given ? 16 : 0;
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = load<usize>(i, Field.a) + <usize>row * line, y = load<usize>(i, Field.y);
    const mean = centered ? meanOf(a, n) : 0, inverse = <f32>1 / sqrt(squares(a, mean, n) / <f32>n + eps);
    const stats = y + <usize>rows * line + (<usize>row << 3);
    store<f32>(stats, mean);
    store<f32>(stats, inverse, 4);
    normalized(y + <usize>row * line, a, f32x4.splat(mean), f32x4.splat(inverse), weight, bias, step, n);
  }
}
/** The mean of a row, computed relative to its first number: an offset that all numbers share cancels before anything
 *  is rounded. */
function meanOf(a: usize, n: i32): f32 {
  const start = load<f32>(a), first = f32x4.splat(start);
  let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0;
  for (const end = a + ((<usize>n & ~15) << 2); a < end; a += 64) {
    x0 = f32x4.add(x0, f32x4.sub(v128.load(a), first));
    x1 = f32x4.add(x1, f32x4.sub(v128.load(a, 16), first));
    x2 = f32x4.add(x2, f32x4.sub(v128.load(a, 32), first));
    x3 = f32x4.add(x3, f32x4.sub(v128.load(a, 48), first));
  }
  for (const end = a + ((<usize>n & 12) << 2); a < end; a += 16) x0 = f32x4.add(x0, f32x4.sub(v128.load(a), first));
  if (n & 3) x1 = f32x4.add(x1, v128.and(f32x4.sub(v128.load(a), first), firstLanes(n & 3)));
  return start + total(f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3))) / <f32>n;
}
/** Σ (x − mean)² */
function squares(a: usize, mean: f32, n: i32): f32 {
  const m = f32x4.splat(mean);
  let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0;
  for (const end = a + ((<usize>n & ~15) << 2); a < end; a += 64) {
    x0 = f32x4.add(x0, square(f32x4.sub(v128.load(a), m)));
    x1 = f32x4.add(x1, square(f32x4.sub(v128.load(a, 16), m)));
    x2 = f32x4.add(x2, square(f32x4.sub(v128.load(a, 32), m)));
    x3 = f32x4.add(x3, square(f32x4.sub(v128.load(a, 48), m)));
  }
  for (const end = a + ((<usize>n & 12) << 2); a < end; a += 16) x0 = f32x4.add(x0, square(f32x4.sub(v128.load(a), m)));
  if (n & 3) x1 = f32x4.add(x1, square(v128.and(f32x4.sub(v128.load(a), m), firstLanes(n & 3))));
  return total(f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3)));
}
@inline
function square(x: v128): v128 {
  return f32x4.mul(x, x);
}
function normalized(y: usize, a: usize, mean: v128, inverse: v128, weight: usize, bias: usize, step: usize, n: i32): void {
  for (const end = y + ((<usize>n & ~3) << 2); y < end; y += 16, a += 16, weight += 16, bias += step)
    v128.store(y, affine(f32x4.mul(f32x4.sub(v128.load(a), mean), inverse), weight, bias));
  if (n & 3) storeLanes(y, affine(f32x4.mul(f32x4.sub(v128.load(a), mean), inverse), weight, bias), n & 3);
}
@inline
function affine(x: v128, weight: usize, bias: usize): v128 {
  return f32x4.add(f32x4.mul(x, v128.load(weight)), v128.load(bias));
}

/** y = dx = (w·dy − mean(w·dy) − x̂·mean(w·dy·x̂))/σ, without the first mean in mode 0. a = dy, b = x, c = weight, d
 *  [rows, 2]: the mean and 1/σ that the forward pass kept. */
export function normalizeRowsGradient(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), line = <usize>n << 2;
  const centered = load<i32>(i, Field.mode), weight = load<usize>(i, Field.c);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const at = <usize>row * line, stats = load<usize>(i, Field.d) + (<usize>row << 3);
    slope(load<usize>(i, Field.y) + at, load<usize>(i, Field.a) + at, load<usize>(i, Field.b) + at, weight, stats, centered, n);
  }
}
function slope(y: usize, a: usize, b: usize, c: usize, stats: usize, centered: i32, n: i32): void {
  const mean = v128.load32_splat(stats), inverse = load<f32>(stats, 4), whole = (<usize>n & ~3) << 2;
  let s0 = f32x4.splat(0), s1 = s0, q0 = s0, q1 = s0, at: usize = 0;
  for (const end = whole & ~31; at < end; at += 32) {
    const g0 = f32x4.mul(v128.load(a + at), v128.load(c + at)), g1 = f32x4.mul(v128.load(a + at, 16), v128.load(c + at, 16));
    s0 = f32x4.add(s0, g0);
    q0 = f32x4.add(q0, f32x4.mul(g0, f32x4.sub(v128.load(b + at), mean)));
    s1 = f32x4.add(s1, g1);
    q1 = f32x4.add(q1, f32x4.mul(g1, f32x4.sub(v128.load(b + at, 16), mean)));
  }
  if (at < whole) {
    const g = f32x4.mul(v128.load(a + at), v128.load(c + at));
    s0 = f32x4.add(s0, g);
    q0 = f32x4.add(q0, f32x4.mul(g, f32x4.sub(v128.load(b + at), mean)));
  }
  if (n & 3) {
    const some = firstLanes(n & 3), g = v128.and(f32x4.mul(v128.load(a + whole), v128.load(c + whole)), some);
    s1 = f32x4.add(s1, g);
    q1 = f32x4.add(q1, f32x4.mul(g, v128.and(f32x4.sub(v128.load(b + whole), mean), some)));
  }
  const part = -inverse / <f32>n, p = f32x4.splat(total(f32x4.add(q0, q1)) * inverse * inverse * part);
  const q = f32x4.splat(centered ? total(f32x4.add(s0, s1)) * part : 0), f = f32x4.splat(inverse);
  for (at = 0; at < whole; at += 16) v128.store(y + at, dx(a + at, b + at, c + at, mean, f, p, q));
  if (n & 3) storeLanes(y + whole, dx(a + whole, b + whole, c + whole, mean, f, p, q), n & 3);
}
@inline
function dx(a: usize, b: usize, c: usize, mean: v128, f: v128, p: v128, q: v128): v128 {
  const own = f32x4.mul(f32x4.mul(v128.load(a), v128.load(c)), f);
  return f32x4.add(own, f32x4.add(f32x4.mul(f32x4.sub(v128.load(b), mean), p), q));
}
