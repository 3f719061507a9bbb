/** Softmax and cross-entropy along rows of a [rows, columns]. The maximum of the row is subtracted first, so that
 *  nothing overflows. A NaN makes the whole row NaN. Parts share the rows. */
import { Field } from '../layout';
import { largest, loadLanes, storeLanes, total } from '../simd/lanes';
import { ExpDown, fourOfExp, log, ofExp } from '../simd/math';
import { scratch } from '../state';
import { placeOf } from './place';
import { share } from './slice';

export function rowMax(a: usize, n: i32): f32 {
  let most = f32x4.splat(-Infinity);
  const end = a + ((<usize>n & ~3) << 2);
  if (n > 15) {
    let m1 = most, m2 = most, m3 = most;
    for (const whole = a + ((<usize>n & ~15) << 2); a < whole; a += 64) {
      most = f32x4.pmax(most, v128.load(a));
      m1 = f32x4.pmax(m1, v128.load(a, 16));
      m2 = f32x4.pmax(m2, v128.load(a, 32));
      m3 = f32x4.pmax(m3, v128.load(a, 48));
    }
    most = f32x4.pmax(f32x4.pmax(most, m1), f32x4.pmax(m2, m3));
  }
  for (; a < end; a += 16) most = f32x4.pmax(most, v128.load(a));
  if (n & 3) most = f32x4.pmax(most, loadLanes(a, n & 3, most));
  return largest(most);
}
/** Returns Σ exp(a − most), and writes exp(a − most) to y where y is given. */
export function exponentials(a: usize, most: f32, y: usize, n: i32): v128 {
  let sum = f32x4.splat(0), to = y ? y : scratch;
  const step: usize = y ? 64 : 0;
  for (const end = a + ((<usize>n & ~15) << 2); a < end; a += 64, to += step) {
    fourOfExp<ExpDown>(to, a, most);
    sum = f32x4.add(f32x4.add(f32x4.add(f32x4.add(sum, v128.load(to)), v128.load(to, 16)), v128.load(to, 32)), v128.load(to, 48));
  }
  // Four at a time would compute too many for the end of a row, and for short rows.
  const shift = f32x4.splat(most);
  for (const end = a + ((<usize>n & 12) << 2); a < end; a += 16) {
    const e = ofExp<ExpDown>(v128.load(a), shift);
    sum = f32x4.add(sum, e);
    if (y) {
      v128.store(to, e);
      to += 16;
    }
  }
  if (n & 3) {
    const e = ofExp<ExpDown>(loadLanes(a, n & 3, f32x4.splat(-Infinity)), shift);
    sum = f32x4.add(sum, loadLess(e, n & 3));
    if (y) storeLanes(to, e, n & 3);
  }
  return f32x4.splat(total(sum));
}
/** The first lanes of x; 0 in the others. */
@inline
function loadLess(x: v128, count: i32): v128 {
  return count == 1
    ? v128.shuffle<i32>(x, f32x4.splat(0), 0, 4, 4, 4)
    : count == 2
      ? v128.shuffle<i32>(x, f32x4.splat(0), 0, 1, 4, 4)
      : v128.shuffle<i32>(x, f32x4.splat(0), 0, 1, 2, 4);
}
/** y·factor + shift, in place. */
function affine(y: usize, factor: v128, shift: v128, n: i32): void {
  for (const end = y + ((<usize>n & ~3) << 2); y < end; y += 16) v128.store(y, f32x4.add(f32x4.mul(v128.load(y), factor), shift));
  if (n & 3) storeLanes(y, f32x4.add(f32x4.mul(v128.load(y), factor), shift), n & 3);
}
@inline
function rowOf(i: usize, field: usize, row: i32, n: i32): usize {
  return load<usize>(i + field) + ((<usize>row * <usize>n) << 2);
}

export function softmax(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = rowOf(i, Field.a, row, n), y = rowOf(i, Field.y, row, n);
    affine(y, f32x4.div(f32x4.splat(1), exponentials(a, rowMax(a, n), y, n)), f32x4.splat(0), n);
  }
}

export function logSoftmax(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    let a = rowOf(i, Field.a, row, n), y = rowOf(i, Field.y, row, n);
    const m = rowMax(a, n), most = f32x4.splat(m), rest = log(exponentials(a, m, 0, n));
    for (const last = a + ((<usize>n & ~3) << 2); a < last; a += 16, y += 16)
      v128.store(y, f32x4.sub(f32x4.sub(v128.load(a), most), rest));
    if (n & 3) storeLanes(y, f32x4.sub(f32x4.sub(v128.load(a), most), rest), n & 3);
  }
}

/** y [rows] = −Σ t·log softmax(a). b holds the labels; t is s at the label and ldb (a float) elsewhere. A number that
 *  is not a label makes its row NaN. */
export function crossEntropy(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), on = load<f32>(i, Field.s), off = load<f32>(i, Field.ldb);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = rowOf(i, Field.a, row, n), label = placeOf(load<f32>(rowOf(i, Field.b, row, 1)), n);
    if (label < 0) {
      store<f32>(rowOf(i, Field.y, row, 1), NaN);
      continue;
    }
    const m = rowMax(a, n);
    const rest = f32x4.extract_lane(log(exponentials(a, m, 0, n)), 0);
    let y = (on - off) * (rest - (load<f32>(a + (<usize>label << 2)) - m));
    // Without smoothing an infinite logit of another class must not become 0 · ∞.
    if (off != 0) y += off * distances(a, m, rest, n);
    store<f32>(rowOf(i, Field.y, row, 1), y);
  }
}
/** Σ (rest − (a − most)) over a row. */
function distances(a: usize, most: f32, rest: f32, n: i32): f32 {
  let sum: f32 = 0;
  for (let k = 0; k < n; k++, a += 4) sum += rest - (load<f32>(a) - most);
  return sum;
}

/** y [rows, columns] = c[row]·(Σt · softmax(a) − t), t as in crossEntropy. */
export function crossEntropyGradient(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), on = load<f32>(i, Field.s), off = load<f32>(i, Field.ldb);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = rowOf(i, Field.a, row, n), y = rowOf(i, Field.y, row, n), label = placeOf(load<f32>(rowOf(i, Field.b, row, 1)), n);
    const d: f32 = label < 0 ? NaN : load<f32>(rowOf(i, Field.c, row, 1));
    const sum = f32x4.extract_lane(exponentials(a, rowMax(a, n), y, n), 0);
    affine(y, f32x4.splat((d * (on + <f32>(n - 1) * off)) / sum), f32x4.splat(-d * off), n);
    if (label < 0) continue;
    const at = y + (<usize>label << 2);
    store<f32>(at, load<f32>(at) - d * (on - off));
  }
}

/** The cross-entropy for targets b [rows, columns]; a target of 0 leaves its logit out, even an infinite one. */
export function softCrossEntropy(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns);
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = rowOf(i, Field.a, row, n), b = rowOf(i, Field.b, row, n);
    const m = rowMax(a, n);
    const rest = f32x4.extract_lane(log(exponentials(a, m, 0, n)), 0);
    let y: f32 = 0;
    for (let k: usize = 0, size = <usize>n << 2; k < size; k += 4) {
      const t = load<f32>(b + k);
      if (t != 0) y += t * (rest - (load<f32>(a + k) - m));
    }
    store<f32>(rowOf(i, Field.y, row, 1), y);
  }
}
export function softCrossEntropyGradient(i: usize, part: i32, parts: i32): void {
  const rows = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), size = <usize>n << 2;
  for (let row = share(rows, part, parts), end = share(rows, part + 1, parts); row < end; row++) {
    const a = rowOf(i, Field.a, row, n), b = rowOf(i, Field.b, row, n), y = rowOf(i, Field.y, row, n);
    const d = load<f32>(rowOf(i, Field.c, row, 1)), sum = f32x4.extract_lane(exponentials(a, rowMax(a, n), y, n), 0);
    let targets: f32 = 0;
    for (let k: usize = 0; k < size; k += 4) targets += load<f32>(b + k);
    const factor = (d * targets) / sum;
    for (let k: usize = 0; k < size; k += 4) store<f32>(y + k, factor * load<f32>(y + k) - d * load<f32>(b + k));
  }
}
