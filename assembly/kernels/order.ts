/** Kernels along the axis `columns` of a [rows, columns, inner]: running sums, the order of the elements, and elements at
 *  places of their own. Parts share the rows, or `inner` where there is one row. They are plain loops: a training step
 *  seldom sorts. */
import { Field } from '../layout';
import { placeOf } from './place';
import { begin, share } from './slice';

/** The work on the columns from `a` to `y`, each `count` elements `line` bytes apart. */
@inline
function each<Op>(i: usize, part: i32, parts: i32, made: i32): void {
  const rows = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const first = rows > 1 ? share(rows, part, parts) : 0, last = rows > 1 ? share(rows, part + 1, parts) : rows;
  const low = rows > 1 ? 0 : begin(inner, part, parts), high = rows > 1 ? inner : begin(inner, part + 1, parts);
  for (let row = first; row < last; row++)
    for (let column = low; column < high; column++)
      changetype<Op>(0).apply(
        i, load<usize>(i, Field.y) + (<usize>(row * made * inner + column) << 2),
        load<usize>(i, Field.a) + (<usize>(row * length * inner + column) << 2), length, <usize>inner << 2);
}

/** y: the sums of the elements up to each one, or from each one on where mode is 1, added in float64. */
@final class CumSum {
  @inline apply(i: usize, y: usize, a: usize, count: i32, line: usize): void {
    const back = load<i32>(i, Field.mode), step = back ? -line : line, start = back ? <usize>(count - 1) * line : 0;
    let sum: f64 = 0;
    for (let k = 0, at = start; k < count; k++, at += step) {
      sum += load<f32>(a + at);
      store<f32>(y + at, <f32>sum);
    }
  }
}

/** Whether element p of a column comes before element q: smaller ones do, or larger ones where mode is 1; NaN counts as the
 *  largest, and of equal elements the first comes first. */
@inline
function before(i: usize, a: usize, line: usize, p: i32, q: i32): bool {
  const x = load<f32>(a + <usize>p * line), z = load<f32>(a + <usize>q * line);
  if (x == z || (x != x && z != z)) return p < q;
  return (x < z || z != z) != (load<i32>(i, Field.mode) == 1);
}
@inline
function at(y: usize, line: usize, k: i32): i32 {
  return <i32>load<f32>(y + <usize>k * line);
}
/** Lets an element sink to its place in a heap of `count`, whose root is the last in order. */
function sink(i: usize, y: usize, a: usize, line: usize, from: i32, count: i32, element: i32): void {
  let k = from;
  for (;;) {
    let child = 2 * k + 1;
    if (child >= count) break;
    if (child + 1 < count && before(i, a, line, at(y, line, child), at(y, line, child + 1))) child++;
    const other = at(y, line, child);
    if (before(i, a, line, other, element)) break;
    store<f32>(y + <usize>k * line, <f32>other);
    k = child;
  }
  store<f32>(y + <usize>k * line, <f32>element);
}
/** y: the places of the elements in their order, by a heap: no two elements are equal in it, so the order is the only one. */
@final class Order {
  @inline apply(i: usize, y: usize, a: usize, count: i32, line: usize): void {
    for (let k = 0; k < count; k++) store<f32>(y + <usize>k * line, <f32>k);
    for (let k = (count >> 1) - 1; k >= 0; k--) sink(i, y, a, line, k, count, at(y, line, k));
    for (let end = count - 1; end > 0; end--) {
      const element = at(y, line, end);
      store<f32>(y + <usize>end * line, load<f32>(y));
      sink(i, y, a, line, 0, end, element);
    }
  }
}

export function cumsum(i: usize, part: i32, parts: i32): void { each<CumSum>(i, part, parts, load<i32>(i, Field.columns)); }
export function order(i: usize, part: i32, parts: i32): void { each<Order>(i, part, parts, load<i32>(i, Field.columns)); }

/** y [rows, lda, inner] = a [rows, columns, inner] at the places b, of y's shape, along the axis; NaN for numbers that are no
 *  places. With mode 1 the other way: y [rows, columns, inner] is 0, plus the elements of a [rows, lda, inner] at their places
 *  b. */
export function pick(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const count = load<i32>(i, Field.lda), back = load<i32>(i, Field.mode) == 1, y = load<usize>(i, Field.y), a = load<usize>(i, Field.a);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const many = <usize>(row * length * inner), few = <usize>(row * count * inner);
    if (back) memory.fill(y + (many << 2), 0, <usize>(length * inner) << 2);
    for (let k = 0; k < count * inner; k++) {
      const shift = (few + <usize>k) << 2, place = placeOf(load<f32>(load<usize>(i, Field.b) + shift), length);
      const far = (many + <usize>(place * inner + k % inner)) << 2;
      if (!back) store<f32>(y + shift, place < 0 ? NaN : load<f32>(a + far));
      else if (place >= 0) store<f32>(y + far, load<f32>(y + far) + load<f32>(a + shift));
    }
  }
}
