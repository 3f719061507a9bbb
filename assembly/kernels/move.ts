/** Kernels that move numbers without arithmetic. */
import { Field } from '../layout';
import { step, turn } from '../state';
import { placeOf } from './place';
import { begin, share } from './slice';

/** y ← row (step mod rows) of the table at a; rows of `columns` words. This is how the numbers of a step get into a
 *  program. */
export function feed(i: usize, part: i32, parts: i32): void {
  const bytes = <usize>load<i32>(i, Field.columns) << 2, row = <usize>(step % load<i32>(i, Field.rows));
  memory.copy(load<usize>(i, Field.y), load<usize>(i, Field.a) + row * bytes, bytes);
}
/** Row (step mod rows) of the table at y ← a. */
export function record(i: usize, part: i32, parts: i32): void {
  const bytes = <usize>load<i32>(i, Field.columns) << 2, row = <usize>(step % load<i32>(i, Field.rows));
  memory.copy(load<usize>(i, Field.y) + row * bytes, load<usize>(i, Field.a), bytes);
}
/** y [rows, columns] ← the slice of a [rows, lda, columns] at the step of the loop. */
export function readTurn(i: usize, part: i32, parts: i32): void {
  slices(load<usize>(i, Field.y), 1, 0, load<usize>(i, Field.a), load<i32>(i, Field.lda), turn, i);
}
/** The slice of y [rows, lda, columns] at the step of the loop ← a. */
export function writeTurn(i: usize, part: i32, parts: i32): void {
  slices(load<usize>(i, Field.y), load<i32>(i, Field.lda), turn, load<usize>(i, Field.a), 1, 0, i);
}
function slices(y: usize, lengthY: i32, atY: i32, a: usize, lengthA: i32, atA: i32, i: usize): void {
  const bytes = <usize>load<i32>(i, Field.columns) << 2;
  y += <usize>atY * bytes;
  a += <usize>atA * bytes;
  for (let rows = load<i32>(i, Field.rows); rows > 0; rows--, y += <usize>lengthY * bytes, a += <usize>lengthA * bytes) memory.copy(y, a, bytes);
}
/** y[0 … rows) ← a */
export function copy(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts), offset = <usize>first << 2;
  memory.copy(load<usize>(i, Field.y) + offset, load<usize>(i, Field.a) + offset, <usize>(begin(n, part + 1, parts) - first) << 2);
}

/** y[r] ← a[b[r]]: rows of `columns` floats, b integers. */
export function gatherRows(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), bytes = <usize>load<i32>(i, Field.columns) << 2, b = load<usize>(i, Field.b);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const from = load<usize>(i, Field.a) + <usize>load<i32>(b + (<usize>row << 2)) * bytes;
    memory.copy(load<usize>(i, Field.y) + <usize>row * bytes, from, bytes);
  }
}
/** y[r] ← a[b[r]]·s: rows of `columns` bytes become floats. */
export function gatherBytes(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), columns = load<i32>(i, Field.columns), b = load<usize>(i, Field.b), s = load<f32>(i, Field.s);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const from = load<usize>(i, Field.a) + <usize>load<i32>(b + (<usize>row << 2)) * <usize>columns;
    widen(from, load<usize>(i, Field.y) + ((<usize>row * <usize>columns) << 2), columns, s);
  }
}
function widen(a: usize, y: usize, count: i32, s: f32): void {
  const factor = f32x4.splat(s);
  for (const end = a + (<usize>count & ~3); a < end; a += 4, y += 16) {
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(a)));
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(wide), factor));
  }
  for (let k = 0; k < (count & 3); k++, a++, y += 4) store<f32>(y, <f32>load<u8>(a) * s);
}

/** The place that number `k` of b names in a table of `length`; counted from the end where the number is negative and
 *  `mode` is 1. */
@inline
function rowOf(b: usize, k: i32, length: i32, mode: i32): i32 {
  const x = load<f32>(b + (<usize>k << 2));
  if (x >= 0 || !mode) return placeOf(x, length);
  // Counted from the end, the last place is 1; the index is mirrored.
  const mirrored = placeOf(-1 - x, length);
  return mirrored < 0 ? -1 : length - 1 - mirrored;
}
/** y [rows, columns, inner] = a [rows, lda, inner] at the places b [columns] (floats); NaN for numbers that are not
 *  places. */
export function take(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), count = load<i32>(i, Field.columns), length = load<i32>(i, Field.lda);
  const line = <usize>load<i32>(i, Field.inner) << 2, b = load<usize>(i, Field.b), mode = load<i32>(i, Field.mode);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = load<usize>(i, Field.a) + <usize>row * <usize>length * line, y = load<usize>(i, Field.y) + <usize>row * <usize>count * line;
    for (let k = 0; k < count; k++) {
      const to = y + <usize>k * line, place = rowOf(b, k, length, mode);
      if (place >= 0) memory.copy(to, a + <usize>place * line, line);
      else for (let n: usize = 0; n < line; n += 4) store<f32>(to + n, NaN);
    }
  }
}
/** y [rows, lda, inner] = the sum of a [rows, columns, inner] at the places b, in their order. */
export function takeGradient(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), count = load<i32>(i, Field.columns), length = load<i32>(i, Field.lda);
  const line = <usize>load<i32>(i, Field.inner) << 2, b = load<usize>(i, Field.b), mode = load<i32>(i, Field.mode);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = load<usize>(i, Field.a) + <usize>row * <usize>count * line, y = load<usize>(i, Field.y) + <usize>row * <usize>length * line;
    memory.fill(y, 0, <usize>length * line);
    for (let k = 0; k < count; k++) {
      const place = rowOf(b, k, length, mode), to = y + <usize>place * line, from = a + <usize>k * line;
      if (place >= 0) for (let n: usize = 0; n < line; n += 4) store<f32>(to + n, load<f32>(to + n) + load<f32>(from + n));
    }
  }
}
/** y [rows, columns]: 1 at column b[row], else 0; NaN where there is no such column. */
export function oneHot(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), columns = load<i32>(i, Field.columns), b = load<usize>(i, Field.b);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const y = load<usize>(i, Field.y) + ((<usize>row * <usize>columns) << 2), place = placeOf(load<f32>(b + (<usize>row << 2)), columns);
    memory.fill(y, 0, <usize>columns << 2);
    if (place >= 0) store<f32>(y + (<usize>place << 2), 1);
    else for (let k: usize = 0; k < <usize>columns; k++) store<f32>(y + (k << 2), NaN);
  }
}
