/** Normalizes x [blocks, columns, lda] element by element, `rows` floats in all: lines of features, with a table [3,
 *  lda] for each block. */
import { Field } from '../../layout';
import { storeLeft } from '../../simd/lanes';
import { begin } from '../slice';

/** Calls `lines` for the whole lines of a block that belong to the part, and for the fractions of lines that it shares
 *  with its neighbours: `count` features from `column` on, and where they begin in x and in the table of the block
 *  (bytes). */
function rectangles<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), features = load<i32>(i, Field.lda);
  const last = begin(n, part + 1, parts);
  for (let at = begin(n, part, parts); at < last; ) {
    const row = at / features, column = at - row * features, block = row / length;
    const whole = column ? 0 : min((block + 1) * length - row, (last - at) / features);
    const count = whole ? features : min(features - column, last - at), table = <usize>(block * 3 * features + column) << 2;
    changetype<Op>(0).lines(i, <usize>at << 2, <usize>column << 2, table, <usize>features << 2, max(whole, 1), count);
    at += max(whole, 1) * count;
  }
}
/** y = x̂·weight + bias. a = x, b = weight, c = bias, d: joined moments. Four features at a time, down the lines. */
@final class Normalize {
  @inline lines(i: usize, at: usize, column: usize, table: usize, line: usize, rows: i32, count: i32): void {
    const apart = load<usize>(i, Field.a) - load<usize>(i, Field.y), down = <usize>rows * line;
    let weight = load<usize>(i, Field.b) + column, bias = load<usize>(i, Field.c) + column, mean = load<usize>(i, Field.d) + table;
    let top = load<usize>(i, Field.y) + at;
    for (let left = count; left > 0; left -= 4, top += 16, weight += 16, bias += 16, mean += 16) {
      const m = v128.load(mean), b = v128.load(bias), f = f32x4.mul(v128.load(mean + 2 * line), v128.load(weight));
      for (let y = top, end = top + down; y < end; y += line)
        storeLeft(y, f32x4.add(f32x4.mul(f32x4.sub(v128.load(y + apart), m), f), b), left);
    }
  }
}
/** y = dx = f·dy + p·(x − mean) + q. a = dy, b = x, d: joined moments, e: f, p and q. */
@final class Gradient {
  @inline lines(i: usize, at: usize, column: usize, table: usize, line: usize, rows: i32, count: i32): void {
    const y0 = load<usize>(i, Field.y), toX = load<usize>(i, Field.b) - y0, toDy = load<usize>(i, Field.a) - y0, down = <usize>rows * line;
    let mean = load<usize>(i, Field.d) + table, terms = load<usize>(i, Field.e) + table, top = y0 + at;
    for (let left = count; left > 0; left -= 4, top += 16, mean += 16, terms += 16) {
      const m = v128.load(mean), f = v128.load(terms), p = v128.load(terms + line), q = v128.load(terms + 2 * line);
      for (let y = top, end = top + down; y < end; y += line) {
        const rest = f32x4.add(f32x4.mul(f32x4.sub(v128.load(y + toX), m), p), q);
        storeLeft(y, f32x4.add(f32x4.mul(v128.load(y + toDy), f), rest), left);
      }
    }
  }
}

export function normalizeColumns(i: usize, part: i32, parts: i32): void { rectangles<Normalize>(i, part, parts); }
export function normalizeColumnsGradient(i: usize, part: i32, parts: i32): void { rectangles<Gradient>(i, part, parts); }
