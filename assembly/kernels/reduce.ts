/** Reductions of a [rows, columns, inner] along `columns`, in chunks of lda: y [rows, chunks, inner]. The order of additions
 *  depends on these numbers only. Parts share the rows' chunks, or `inner` where there is one chunk in all. */
import { Field } from '../layout';
import { firstLanes, loadLanes, storeLanes } from '../simd/lanes';
import { begin, share } from './slice';

@final class Sum {
  @inline start(): v128 { return f32x4.splat(0); }
  @inline step(sum: v128, x: v128): v128 { return f32x4.add(sum, x); }
  @inline join(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  @inline finish(x: v128, s: v128): v128 { return f32x4.mul(x, s); }
}
@final class SumSquares {
  @inline start(): v128 { return f32x4.splat(0); }
  @inline step(sum: v128, x: v128): v128 { return f32x4.add(sum, f32x4.mul(x, x)); }
  @inline join(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  @inline finish(x: v128, s: v128): v128 { return f32x4.mul(x, s); }
}
/** NaN wins. */
@final class Max {
  @inline start(): v128 { return f32x4.splat(-Infinity); }
  @inline step(most: v128, x: v128): v128 { return f32x4.max(most, x); }
  @inline join(a: v128, b: v128): v128 { return f32x4.max(a, b); }
  @inline finish(x: v128, s: v128): v128 { return x; }
}
@final class Min {
  @inline start(): v128 { return f32x4.splat(Infinity); }
  @inline step(least: v128, x: v128): v128 { return f32x4.min(least, x); }
  @inline join(a: v128, b: v128): v128 { return f32x4.min(a, b); }
  @inline finish(x: v128, s: v128): v128 { return x; }
}

function fold<Op>(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const chunk = load<i32>(i, Field.lda), chunks = (length + chunk - 1) / chunk, units = rows * chunks;
  const a = load<usize>(i, Field.a), y = load<usize>(i, Field.y), s = v128.load32_splat(i, Field.s), line = <usize>inner << 2;
  let first = 0, last = units, low = 0, high = inner;
  if (units > 1) {
    first = share(units, part, parts);
    last = share(units, part + 1, parts);
  } else {
    low = begin(inner, part, parts);
    high = begin(inner, part + 1, parts);
  }
  for (let unit = first; unit < last; unit++) {
    const row = unit / chunks, at = (unit - row * chunks) * chunk, count = min(chunk, length - at);
    const from = a + (<usize>row * <usize>length + <usize>at) * line, to = y + <usize>unit * line;
    if (inner == 1) f32.store(to, f32x4.extract_lane(changetype<Op>(0).finish(along<Op>(from, count), s), 0));
    else across<Op>(from, line, count, to, low, high, s);
  }
}

/** Reduces `count` neighbours to one number, in lane 0: first four vectors side by side, then their lanes. */
function along<Op>(a: usize, count: i32): v128 {
  let x0 = changetype<Op>(0).start(), x1 = x0, x2 = x0, x3 = x0;
  for (const end = a + ((<usize>count & ~15) << 2); a < end; a += 64) {
    x0 = changetype<Op>(0).step(x0, v128.load(a));
    x1 = changetype<Op>(0).step(x1, v128.load(a, 16));
    x2 = changetype<Op>(0).step(x2, v128.load(a, 32));
    x3 = changetype<Op>(0).step(x3, v128.load(a, 48));
  }
  for (const end = a + ((<usize>count & 12) << 2); a < end; a += 16) x0 = changetype<Op>(0).step(x0, v128.load(a));
  // Lanes past the end keep their value.
  if (count & 3) x1 = v128.bitselect(changetype<Op>(0).step(x1, v128.load(a)), x1, firstLanes(count & 3));
  const x = changetype<Op>(0).join(changetype<Op>(0).join(x0, x1), changetype<Op>(0).join(x2, x3));
  const pairs = changetype<Op>(0).join(x, v128.shuffle<i32>(x, x, 1, 0, 3, 2));
  return changetype<Op>(0).join(pairs, v128.shuffle<i32>(pairs, pairs, 2, 3, 0, 1));
}

/** Reduces the columns low … high − 1 of `count` lines, each from the first line to the last, a cache line of columns
 *  at a time. */
function across<Op>(a: usize, line: usize, count: i32, y: usize, low: i32, high: i32, s: v128): void {
  let column = low;
  for (; column + 16 <= high; column += 16) {
    let from = a + (<usize>column << 2), x0 = changetype<Op>(0).start(), x1 = x0, x2 = x0, x3 = x0;
    for (let k = 0; k < count; k++, from += line) {
      x0 = changetype<Op>(0).step(x0, v128.load(from));
      x1 = changetype<Op>(0).step(x1, v128.load(from, 16));
      x2 = changetype<Op>(0).step(x2, v128.load(from, 32));
      x3 = changetype<Op>(0).step(x3, v128.load(from, 48));
    }
    const to = y + (<usize>column << 2);
    v128.store(to, changetype<Op>(0).finish(x0, s));
    v128.store(to, changetype<Op>(0).finish(x1, s), 16);
    v128.store(to, changetype<Op>(0).finish(x2, s), 32);
    v128.store(to, changetype<Op>(0).finish(x3, s), 48);
  }
  for (; column < high; column += 4) {
    let from = a + (<usize>column << 2), x = changetype<Op>(0).start();
    for (let k = 0; k < count; k++, from += line) x = changetype<Op>(0).step(x, v128.load(from));
    x = changetype<Op>(0).finish(x, s);
    if (column + 4 <= high) v128.store(y + (<usize>column << 2), x);
    else storeLanes(y + (<usize>column << 2), x, high - column);
  }
}

export function sum(i: usize, part: i32, parts: i32): void { fold<Sum>(i, part, parts); }
export function sumSquares(i: usize, part: i32, parts: i32): void { fold<SumSquares>(i, part, parts); }
export function max_(i: usize, part: i32, parts: i32): void { fold<Max>(i, part, parts); }
export function min_(i: usize, part: i32, parts: i32): void { fold<Min>(i, part, parts); }

/** The gradient of a sum: y [rows, columns, inner] repeats each element of a [rows, chunks, inner] over its whole
 *  chunk, times s. */
export function repeat(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const chunk = load<i32>(i, Field.lda), chunks = (length + chunk - 1) / chunk, s = v128.load32_splat(i, Field.s);
  const a = load<usize>(i, Field.a), y = load<usize>(i, Field.y), n = rows * length * inner, last = begin(n, part + 1, parts);
  for (let at = begin(n, part, parts); at < last; ) {
    // A run that has one source: a whole chunk where inner is 1, else one line.
    const line = at / inner, row = line / length, place = line - row * length, piece = place / chunk;
    const source = a + ((<usize>(row * chunks + piece) * <usize>inner) << 2);
    if (inner == 1) {
      const end = min(last, row * length + min(length, (piece + 1) * chunk));
      fillWith(y + (<usize>at << 2), f32x4.mul(v128.load32_splat(source), s), end - at);
      at = end;
    } else {
      const column = at - line * inner, end = min(last, at + inner - column);
      scaled(y + (<usize>at << 2), source + (<usize>column << 2), s, end - at);
      at = end;
    }
  }
}
function fillWith(y: usize, x: v128, count: i32): void {
  for (const end = y + ((<usize>count & ~3) << 2); y < end; y += 16) v128.store(y, x);
  if (count & 3) storeLanes(y, x, count & 3);
}
function scaled(y: usize, a: usize, s: v128, count: i32): void {
  for (const end = y + ((<usize>count & ~3) << 2); y < end; y += 16, a += 16) v128.store(y, f32x4.mul(v128.load(a), s));
  if (count & 3) storeLanes(y, f32x4.mul(loadLanes(a, count & 3, s), s), count & 3);
}
/** y[0 … rows) = s */
export function fill(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts);
  fillWith(load<usize>(i, Field.y) + (<usize>first << 2), v128.load32_splat(i, Field.s), begin(n, part + 1, parts) - first);
}
