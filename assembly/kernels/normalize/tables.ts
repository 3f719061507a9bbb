/** Joins the sums of chunks [rows, chunks, 2, inner] into one table [3, inner] for each of the `rows` blocks; in group
 *  normalization ldb neighbouring features share their numbers. Parts share the blocks. */
import { Field } from '../../layout';
import { storeLeft } from '../../simd/lanes';
import { share } from '../slice';

/** y [rows, 3, inner]: mean, variance and 1/√(variance + s) of each feature, from the moments a of the chunks. The
 *  means of the chunks are computed relative to the first one (Chan et al. 1983 in two passes). */
export function joinMoments(i: usize, part: i32, parts: i32): void {
  const blocks = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const chunk = load<i32>(i, Field.lda), chunks = (length + chunk - 1) / chunk, width = load<i32>(i, Field.ldb);
  const line = <usize>inner << 2, rest = <f32>(length - (chunks - 1) * chunk);
  const count = f32x4.splat(<f32>length * <f32>width), eps = v128.load32_splat(i, Field.s);
  for (let block = share(blocks, part, parts), end = share(blocks, part + 1, parts); block < end; block++) {
    const a = load<usize>(i, Field.a) + <usize>(block * chunks) * 2 * line, y = load<usize>(i, Field.y) + <usize>block * 3 * line;
    for (let column = 0; column < inner; column += 4) {
      const to = y + (<usize>column << 2), from = a + (<usize>column << 2), first = v128.load(from);
      let sum = f32x4.splat(0), squares = sum;
      for (let k = 1; k < chunks; k++) {
        const n = f32x4.splat(k == chunks - 1 ? rest : <f32>chunk);
        sum = f32x4.add(sum, f32x4.mul(n, f32x4.sub(v128.load(from + <usize>k * 2 * line), first)));
      }
      const mean = f32x4.add(first, f32x4.div(sum, f32x4.splat(<f32>length)));
      for (let k = 0; k < chunks; k++) {
        const n = f32x4.splat(k == chunks - 1 ? rest : <f32>chunk), at = from + <usize>k * 2 * line;
        const d = f32x4.sub(v128.load(at), mean);
        squares = f32x4.add(squares, f32x4.add(v128.load(at + line), f32x4.mul(n, f32x4.mul(d, d))));
      }
      storeLeft(to, mean, inner - column);
      storeLeft(to + line, squares, inner - column);
    }
    if (width > 1) joinFeatures(y, line, inner, width, <f32>length);
    for (let column = 0; column < inner; column += 4) {
      const to = y + line + (<usize>column << 2), variance = f32x4.div(v128.load(to), count);
      storeLeft(to, variance, inner - column);
      storeLeft(to + line, f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, eps))), inner - column);
    }
  }
}
/** Joins the moments of `width` neighbouring features of `count` lines each; all of them get those of the group. */
function joinFeatures(y: usize, line: usize, inner: i32, width: i32, count: f32): void {
  for (const end = y + line; y < end; ) {
    const next = y + (<usize>width << 2), first = load<f32>(y);
    let sum: f32 = 0, squares: f32 = 0;
    for (let at = y; at < next; at += 4) sum += load<f32>(at) - first;
    const mean = first + sum / <f32>width;
    for (let at = y; at < next; at += 4) {
      const d = load<f32>(at) - mean;
      squares += load<f32>(at + line) + count * (d * d);
    }
    for (; y < next; y += 4) {
      store<f32>(y, mean);
      store<f32>(y + line, squares);
    }
  }
}

/** The terms of dx = f·dy + p·(x − mean) + q: y [rows, 3, inner] = f, p, q, from the sums a of the chunks' gradients,
 *  the joined moments b and the weight c. With sums over the m = −1/s numbers that are normalized together, dx = (w·dy
 *  − Σ w·dy/m − x̂·Σ w·dy·x̂/m)/σ. */
export function slopeTerms(i: usize, part: i32, parts: i32): void {
  const blocks = load<i32>(i, Field.rows), length = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner);
  const chunk = load<i32>(i, Field.lda), chunks = (length + chunk - 1) / chunk, width = load<i32>(i, Field.ldb);
  const line = <usize>inner << 2, s = v128.load32_splat(i, Field.s), weight = load<usize>(i, Field.c);
  for (let block = share(blocks, part, parts), end = share(blocks, part + 1, parts); block < end; block++) {
    const a = load<usize>(i, Field.a) + <usize>(block * chunks) * 2 * line, y = load<usize>(i, Field.y) + <usize>block * 3 * line;
    const inverse = load<usize>(i, Field.b) + <usize>block * 3 * line + 2 * line;
    for (let column = 0; column < inner; column += 4) {
      const at = <usize>column << 2, w = v128.load(weight + at);
      let ofBias = f32x4.splat(0), ofWeight = ofBias;
      for (let k = 0, from = a + at; k < chunks; k++, from += 2 * line) {
        ofBias = f32x4.add(ofBias, v128.load(from));
        ofWeight = f32x4.add(ofWeight, v128.load(from + line));
      }
      storeLeft(y + line + at, f32x4.mul(ofWeight, w), inner - column);
      storeLeft(y + 2 * line + at, f32x4.mul(ofBias, w), inner - column);
    }
    if (width > 1) addFeatures(y + line, y + 3 * line, width);
    for (let column = 0; column < inner; column += 4) {
      const at = <usize>column << 2, to = y + at, spread = v128.load(inverse + at), part = f32x4.mul(spread, s);
      storeLeft(to, f32x4.mul(v128.load(weight + at), spread), inner - column);
      storeLeft(to + line, f32x4.mul(f32x4.mul(v128.load(to + line), spread), part), inner - column);
      storeLeft(to + 2 * line, f32x4.mul(v128.load(to + 2 * line), part), inner - column);
    }
  }
}
/** Replaces each of `width` neighbours by their sum. */
function addFeatures(y: usize, end: usize, width: i32): void {
  while (y < end) {
    const next = y + (<usize>width << 2);
    let sum: f32 = 0;
    for (let at = y; at < next; at += 4) sum += load<f32>(at);
    for (; y < next; y += 4) store<f32>(y, sum);
  }
}
