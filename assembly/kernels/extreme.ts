/** Finds the extreme element, for the gradient of max and min and for argmax. A training step rarely needs it, so these
 *  are plain loops. a [rows, columns, inner]; parts as in reduce.ts. */
import { Field } from '../layout';
import { begin, share } from './slice';

/** y, of a's shape, is 1 at the first element of each chunk of lda that equals b [rows, chunks, inner], else 0. */
export function firstMask(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const chunk = load<i32>(i, Field.lda), chunks = (length + chunk - 1) / chunk, units = rows * chunks, line = <usize>inner << 2;
  const first = units > 1 ? share(units, part, parts) : 0, last = units > 1 ? share(units, part + 1, parts) : units;
  const low = units > 1 ? 0 : begin(inner, part, parts), high = units > 1 ? inner : begin(inner, part + 1, parts);
  for (let unit = first; unit < last; unit++) {
    const row = unit / chunks, at = (unit - row * chunks) * chunk, count = <usize>min(chunk, length - at);
    const offset = (<usize>row * <usize>length + <usize>at) * line;
    for (let column = low; column < high; column++) {
      const shift = offset + (<usize>column << 2);
      const extreme = load<f32>(load<usize>(i, Field.b) + <usize>unit * line + (<usize>column << 2));
      let a = load<usize>(i, Field.a) + shift, y = load<usize>(i, Field.y) + shift, found = false;
      for (let k: usize = 0; k < count; k++, a += line, y += line) {
        const x = load<f32>(a), here = !found && (x == extreme || (x != x && extreme != extreme));
        store<f32>(y, here ? 1 : 0);
        found = found || here;
      }
    }
  }
}

/** y [rows, inner]: the index of the first largest element along `columns`; NaN counts as the largest. */
export function argmax(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), length = <usize>load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const first = rows > 1 ? share(rows, part, parts) : 0, last = rows > 1 ? share(rows, part + 1, parts) : rows;
  const low = rows > 1 ? 0 : begin(inner, part, parts), high = rows > 1 ? inner : begin(inner, part + 1, parts);
  const line = <usize>inner << 2;
  for (let row = first; row < last; row++)
    for (let column = low; column < high; column++) {
      let a = load<usize>(i, Field.a) + <usize>row * length * line + (<usize>column << 2), most = load<f32>(a), place: usize = 0;
      for (let k: usize = 0; k < length; k++, a += line) {
        const x = load<f32>(a);
        if (x > most || (x != x && most == most)) {
          most = x;
          place = k;
        }
      }
      store<f32>(load<usize>(i, Field.y) + <usize>row * line + (<usize>column << 2), <f32>place);
    }
}
