/** Elementwise loops, written once for all operations. An operation is a class whose `apply` maps four lanes to four
 *  lanes; passed as a type parameter, it is compiled into the loop. Reads may pass the end by up to 12 bytes, writes
 *  never do. */
import { Field, Form } from '../layout';
import { storeLanes } from '../simd/lanes';
import { fourOfExp } from '../simd/math';
import { scratch } from '../state';
import { begin } from './slice';

/** y = f(a). Fields: rows = n; s and ldb are parameters of the operation (floats). */
export function map1<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts), count = begin(n, part + 1, parts) - first;
  const s = v128.load32_splat(i, Field.s), t = v128.load32_splat(i, Field.ldb), offset = <usize>first << 2;
  let y = load<usize>(i, Field.y) + offset, a = load<usize>(i, Field.a) + offset;
  for (const end = y + ((<usize>count & ~3) << 2); y < end; y += 16, a += 16)
    v128.store(y, changetype<Op>(0).apply(v128.load(a), s, t));
  if (count & 3) storeLanes(y, changetype<Op>(0).apply(v128.load(a), s, t), count & 3);
}

/** y = f(a) for a function of the exponential family. Fields: rows = n. */
export function mapExp<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts), count = begin(n, part + 1, parts) - first;
  const offset = <usize>first << 2;
  let y = load<usize>(i, Field.y) + offset, a = load<usize>(i, Field.a) + offset;
  for (const end = y + ((<usize>count & ~15) << 2); y < end; y += 64, a += 64) fourOfExp<Op>(y, a, 0);
  if (!(count & 15)) return;
  fourOfExp<Op>(scratch, a, 0);
  a = scratch;
  for (const end = y + ((<usize>count & 12) << 2); y < end; y += 16, a += 16) v128.store(y, v128.load(a));
  if (count & 3) storeLanes(y, v128.load(a), count & 3);
}

/** y = f(a, b). Fields: rows = n, columns = the row's length where a form is row or column, mode = Form of a | Form of b << 2. */
export function map2<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), columns = load<i32>(i, Field.columns), mode = load<i32>(i, Field.mode);
  const s = v128.load32_splat(i, Field.s), last = begin(n, part + 1, parts), formA = mode & 3, formB = (mode >> 2) & 3;
  for (let at = begin(n, part, parts); at < last; ) {
    const row = columns ? at / columns : 0, end = columns ? min(last, (row + 1) * columns) : last;
    const a = operand(i, Field.a, formA, at, row, columns, 0), b = operand(i, Field.b, formB, at, row, columns, 16);
    segment2<Op>(load<usize>(i, Field.y) + (<usize>at << 2), a, stride(formA), b, stride(formB), end - at, s);
    at = end;
  }
}
function segment2<Op>(y: usize, a: usize, stepA: usize, b: usize, stepB: usize, count: i32, s: v128): void {
  for (const end = y + ((<usize>count & ~3) << 2); y < end; y += 16, a += stepA, b += stepB)
    v128.store(y, changetype<Op>(0).apply(v128.load(a), v128.load(b), s));
  if (count & 3) storeLanes(y, changetype<Op>(0).apply(v128.load(a), v128.load(b), s), count & 3);
}

/** y = f(a, b, c); the form of c is in bits 4 and 5 of mode. */
export function map3<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), columns = load<i32>(i, Field.columns), mode = load<i32>(i, Field.mode);
  const last = begin(n, part + 1, parts), formA = mode & 3, formB = (mode >> 2) & 3, formC = mode >> 4;
  for (let at = begin(n, part, parts); at < last; ) {
    const row = columns ? at / columns : 0, end = columns ? min(last, (row + 1) * columns) : last;
    const a = operand(i, Field.a, formA, at, row, columns, 0), b = operand(i, Field.b, formB, at, row, columns, 16);
    const c = operand(i, Field.c, formC, at, row, columns, 32), y = load<usize>(i, Field.y) + (<usize>at << 2);
    segment3<Op>(y, a, stride(formA), b, stride(formB), c, stride(formC), end - at);
    at = end;
  }
}
function segment3<Op>(y: usize, a: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize, count: i32): void {
  for (const end = y + ((<usize>count & ~3) << 2); y < end; y += 16, a += stepA, b += stepB, c += stepC)
    v128.store(y, changetype<Op>(0).apply(v128.load(a), v128.load(b), v128.load(c)));
  if (count & 3) storeLanes(y, changetype<Op>(0).apply(v128.load(a), v128.load(b), v128.load(c)), count & 3);
}

/** Bytes from one vector of an operand to the next. */
@inline
function stride(form: i32): usize {
  return form == Form.full || form == Form.row ? 16 : 0;
}
/** The address of an operand's vectors from element `at` on. A number that serves a whole segment is written into the
 *  workspace four times and read with stride 0, so that one loop serves all forms. */
function operand(i: usize, field: usize, form: i32, at: i32, row: i32, columns: i32, slot: usize): usize {
  const base = load<usize>(i + field);
  if (form == Form.full) return base + (<usize>at << 2);
  if (form == Form.row) return base + (<usize>(at - row * columns) << 2);
  v128.store(scratch + slot, v128.load32_splat(form == Form.column ? base + (<usize>row << 2) : base));
  return scratch + slot;
}
