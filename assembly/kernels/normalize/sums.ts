/** One pass over the lines of a [rows, columns, inner] for two sums of every feature (`inner`). Each of the `rows`
 *  blocks has its own lines, in chunks of lda. y [rows, chunks, 2, inner]. The order of additions depends on these
 *  numbers only. */
import { Field } from '../../layout';
import { storeLeft } from '../../simd/lanes';
import { begin, share } from '../slice';

/** Calls `strip` for each chunk: `count` lines from line `at` on, features low … high − 1. Parts share the chunks, or the features
 *  where there is one chunk in all. */
function chunked<Op>(i: usize, part: i32, parts: i32): void {
  const length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner), chunk = load<i32>(i, Field.lda);
  const chunks = (length + chunk - 1) / chunk, units = load<i32>(i, Field.rows) * chunks, line = <usize>inner << 2;
  let first = 0, last = units, low = 0, high = inner;
  if (units > 1) {
    first = share(units, part, parts);
    last = share(units, part + 1, parts);
  } else {
    low = begin(inner, part, parts);
    high = begin(inner, part + 1, parts);
  }
  for (let unit = first; unit < last; unit++) {
    const block = unit / chunks, at = (unit - block * chunks) * chunk, y = load<usize>(i, Field.y) + <usize>unit * 2 * line;
    changetype<Op>(0).strip(i, y, line, block, block * length + at, min(chunk, length - at), low, high);
  }
}

/** The mean of a chunk and the sum of squared deviations from it, in two passes over lines that are in the cache: sums
 *  of squares about anything but the mean lose precision where one line is far away. The mean is computed relative to
 *  the first line, so that a common offset cancels before anything is rounded. */
@final class Moments {
  @inline strip(i: usize, y: usize, line: usize, block: i32, at: i32, count: i32, low: i32, high: i32): void {
    moments(load<usize>(i, Field.a) + <usize>at * line, y, line, count, low, high);
  }
}
function moments(a: usize, y: usize, line: usize, count: i32, low: i32, high: i32): void {
  const n = f32x4.splat(<f32>count), size = <usize>count * line;
  let column = low;
  for (; column + 16 <= high; column += 16) {
    const at = <usize>column << 2, start = a + at, end = start + size, to = y + at;
    let m0 = v128.load(start), m1 = v128.load(start, 16), m2 = v128.load(start, 32), m3 = v128.load(start, 48);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let x = start; x < end; x += line) {
      s0 = f32x4.add(s0, f32x4.sub(v128.load(x), m0));
      s1 = f32x4.add(s1, f32x4.sub(v128.load(x, 16), m1));
      s2 = f32x4.add(s2, f32x4.sub(v128.load(x, 32), m2));
      s3 = f32x4.add(s3, f32x4.sub(v128.load(x, 48), m3));
    }
    m0 = f32x4.add(m0, f32x4.div(s0, n));
    m1 = f32x4.add(m1, f32x4.div(s1, n));
    m2 = f32x4.add(m2, f32x4.div(s2, n));
    m3 = f32x4.add(m3, f32x4.div(s3, n));
    v128.store(to, m0);
    v128.store(to, m1, 16);
    v128.store(to, m2, 32);
    v128.store(to, m3, 48);
    s0 = s1 = s2 = s3 = f32x4.splat(0);
    for (let x = start; x < end; x += line) {
      s0 = f32x4.add(s0, squared(f32x4.sub(v128.load(x), m0)));
      s1 = f32x4.add(s1, squared(f32x4.sub(v128.load(x, 16), m1)));
      s2 = f32x4.add(s2, squared(f32x4.sub(v128.load(x, 32), m2)));
      s3 = f32x4.add(s3, squared(f32x4.sub(v128.load(x, 48), m3)));
    }
    v128.store(to + line, s0);
    v128.store(to + line, s1, 16);
    v128.store(to + line, s2, 32);
    v128.store(to + line, s3, 48);
  }
  for (; column < high; column += 4) {
    const at = <usize>column << 2, start = a + at, end = start + size, first = v128.load(start);
    let s = f32x4.splat(0);
    for (let x = start; x < end; x += line) s = f32x4.add(s, f32x4.sub(v128.load(x), first));
    const mean = f32x4.add(first, f32x4.div(s, n));
    storeLeft(y + at, mean, high - column);
    s = f32x4.splat(0);
    for (let x = start; x < end; x += line) s = f32x4.add(s, squared(f32x4.sub(v128.load(x), mean)));
    storeLeft(y + line + at, s, high - column);
  }
}
@inline
function squared(x: v128): v128 {
  return f32x4.mul(x, x);
}

/** Σ dy and Σ dy·x̂ of the chunk, x̂ = (x − mean)/σ: the gradients of bias and weight. a = dy, b = x, c: joined moments. */
@final class Slopes {
  @inline strip(i: usize, y: usize, line: usize, block: i32, at: i32, count: i32, low: i32, high: i32): void {
    const offset = <usize>at * line;
    slopes(load<usize>(i, Field.a) + offset, load<usize>(i, Field.b) + offset, load<usize>(i, Field.c) + <usize>block * 3 * line, y, line, count, low, high);
  }
}
function slopes(a: usize, b: usize, c: usize, y: usize, line: usize, count: i32, low: i32, high: i32): void {
  let column = low;
  for (; column + 16 <= high; column += 16) {
    const at = <usize>column << 2, table = c + at, to = y + at, apart = b - a;
    const m0 = v128.load(table), m1 = v128.load(table, 16), m2 = v128.load(table, 32), m3 = v128.load(table, 48);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
    for (let k = 0, from = a + at; k < count; k++, from += line) {
      const x = from + apart, d0 = v128.load(from), d1 = v128.load(from, 16);
      s0 = f32x4.add(s0, d0);
      q0 = f32x4.add(q0, f32x4.mul(d0, f32x4.sub(v128.load(x), m0)));
      s1 = f32x4.add(s1, d1);
      q1 = f32x4.add(q1, f32x4.mul(d1, f32x4.sub(v128.load(x, 16), m1)));
      const d2 = v128.load(from, 32), d3 = v128.load(from, 48);
      s2 = f32x4.add(s2, d2);
      q2 = f32x4.add(q2, f32x4.mul(d2, f32x4.sub(v128.load(x, 32), m2)));
      s3 = f32x4.add(s3, d3);
      q3 = f32x4.add(q3, f32x4.mul(d3, f32x4.sub(v128.load(x, 48), m3)));
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    const inverse = table + 2 * line;
    v128.store(to + line, f32x4.mul(q0, v128.load(inverse)));
    v128.store(to + line, f32x4.mul(q1, v128.load(inverse, 16)), 16);
    v128.store(to + line, f32x4.mul(q2, v128.load(inverse, 32)), 32);
    v128.store(to + line, f32x4.mul(q3, v128.load(inverse, 48)), 48);
  }
  for (; column < high; column += 4) {
    const at = <usize>column << 2, mean = v128.load(c + at);
    let s = f32x4.splat(0), q = s;
    for (let k = 0, offset = at; k < count; k++, offset += line) {
      const d = v128.load(a + offset);
      s = f32x4.add(s, d);
      q = f32x4.add(q, f32x4.mul(d, f32x4.sub(v128.load(b + offset), mean)));
    }
    storeLeft(y + at, s, high - column);
    storeLeft(y + line + at, f32x4.mul(q, v128.load(c + 2 * line + at)), high - column);
  }
}

/** Σ dy and Σ dy·x̂ of a chunk whose lines were normalized one by one: c [lines, 2] holds their means and 1/σ. */
@final class RowSlopes {
  @inline strip(i: usize, y: usize, line: usize, block: i32, at: i32, count: i32, low: i32, high: i32): void {
    const offset = <usize>at * line;
    rowSlopesOf(load<usize>(i, Field.a) + offset, load<usize>(i, Field.b) + offset, load<usize>(i, Field.c) + (<usize>at << 3), y, line, count, low, high);
  }
}
function rowSlopesOf(a: usize, b: usize, c: usize, y: usize, line: usize, count: i32, low: i32, high: i32): void {
  const last = c + (<usize>count << 3), apart = b - a;
  let column = low;
  for (; column + 16 <= high; column += 16) {
    const at = <usize>column << 2, to = y + at;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
    for (let stats = c, from = a + at; stats < last; stats += 8, from += line) {
      const mean = v128.load32_splat(stats), inverse = v128.load32_splat(stats, 4), x = from + apart;
      const d0 = v128.load(from), d1 = v128.load(from, 16), d2 = v128.load(from, 32), d3 = v128.load(from, 48);
      s0 = f32x4.add(s0, d0);
      q0 = f32x4.add(q0, f32x4.mul(d0, f32x4.mul(f32x4.sub(v128.load(x), mean), inverse)));
      s1 = f32x4.add(s1, d1);
      q1 = f32x4.add(q1, f32x4.mul(d1, f32x4.mul(f32x4.sub(v128.load(x, 16), mean), inverse)));
      s2 = f32x4.add(s2, d2);
      q2 = f32x4.add(q2, f32x4.mul(d2, f32x4.mul(f32x4.sub(v128.load(x, 32), mean), inverse)));
      s3 = f32x4.add(s3, d3);
      q3 = f32x4.add(q3, f32x4.mul(d3, f32x4.mul(f32x4.sub(v128.load(x, 48), mean), inverse)));
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    v128.store(to + line, q0);
    v128.store(to + line, q1, 16);
    v128.store(to + line, q2, 32);
    v128.store(to + line, q3, 48);
  }
  for (; column < high; column += 4) {
    const at = <usize>column << 2;
    let s = f32x4.splat(0), q = s;
    for (let stats = c, from = a + at; stats < last; stats += 8, from += line) {
      const d = v128.load(from), centered = f32x4.sub(v128.load(from + apart), v128.load32_splat(stats));
      s = f32x4.add(s, d);
      q = f32x4.add(q, f32x4.mul(d, f32x4.mul(centered, v128.load32_splat(stats, 4))));
    }
    storeLeft(y + at, s, high - column);
    storeLeft(y + line + at, q, high - column);
  }
}

export function columnMoments(i: usize, part: i32, parts: i32): void { chunked<Moments>(i, part, parts); }
export function columnSlopes(i: usize, part: i32, parts: i32): void { chunked<Slopes>(i, part, parts); }
export function rowSlopes(i: usize, part: i32, parts: i32): void { chunked<RowSlopes>(i, part, parts); }
