/** Convolutions of 3×3 taps as 16 products, after Winograd (Lavin & Gray 2016): a square of 2×2 outputs comes from a patch of
 *  4×4 pixels, both transformed, with 16 multiplications for each pair of channels where the taps take 36. The transforms
 *  only add and subtract, except for the halves in that of the filters. Channels are multiples of eight.
 *
 *  Squares are counted through all images. A transformed patch is a row of each of 16 matrices. d: the source's height and
 *  width, the output's rows and columns, the row and column of the source at which the patch of the first square begins,
 *  and the number of squares. */
import { Activation, Field, Size } from '../../layout';
import { scratch, until } from '../../state';
import { share } from '../slice';
import { block, listRows, MOST, oneRun, PACKED_B } from './block';
import { finish } from './epilogue';
import { clear, copy } from './view';

const enum D { height = 0, width = 4, rows = 8, columns = 12, shiftY = 16, shiftX = 20, squares = 24 }
// The workspace: 16 vectors, then a patch with zeros where it leaves the image, then the matrices.
const S: usize = PACKED_B, PATCH: usize = S + 256;
/** The floats of the 16 matrices on one side, and the columns of outputs that are computed together. */
const ROOM: i32 = 65536, WIDE: i32 = 32;

/** Where the square at hand lies; see `locate`. */
let image: i32 = 0, oy: i32 = 0, ox: i32 = 0;
function locate(d: usize, square: i32): void {
  const across = (load<i32>(d, D.columns) + 1) >> 1, down = (load<i32>(d, D.rows) + 1) >> 1, line = square / across;
  image = line / down;
  oy = (line - image * down) << 1;
  ox = (square - line * across) << 1;
}
function advance(d: usize): void {
  ox += 2;
  if (ox < load<i32>(d, D.columns)) return;
  ox = 0;
  oy += 2;
  if (oy < load<i32>(d, D.rows)) return;
  oy = 0;
  image++;
}
/** The number of squares whose matrices fit, with this many channels. */
@inline
function together(channels: i32): i32 {
  return max(4, min(64, ROOM / (16 * channels)) & ~3);
}
/** The bytes from matrix to matrix of so many floats: one line more, because all 16 are written in turn, and addresses that
 *  are a power of two apart fall into one set of the cache. */
@inline
function apart(floats: i32): usize {
  return (<usize>floats << 2) + Size.line;
}
@inline
function s(i: usize): v128 {
  return v128.load(scratch + S + (i << 4));
}
@inline
function keep(i: usize, x: v128): void {
  v128.store(scratch + S + (i << 4), x);
}

/** y = the filters a [3, 3, rows = channels, columns = filters], transformed: 16 matrices in panels of eight filters. Parts
 *  share the panels. */
export function winogradFilters(i: usize, part: i32, parts: i32): void {
  const channels = load<i32>(i, Field.rows), filters = load<i32>(i, Field.columns), panels = filters >> 3, half = f32x4.splat(0.5);
  const tap = <usize>(channels * filters) << 2, matrix = apart(channels * filters);
  for (let panel = share(panels, part, parts), end = share(panels, part + 1, parts); panel < end; panel++) {
    let to = load<usize>(i, Field.y) + (<usize>(panel * channels) << 5);
    for (let c = 0; c < channels; c++)
      for (let f = panel << 3, last = f + 8; f < last; f += 4, to += 16) {
        const a = load<usize>(i, Field.a) + (<usize>(c * filters + f) << 2);
        for (let x: usize = 0; x < 3; x++) {
          const g0 = v128.load(a + x * tap), g1 = v128.load(a + (x + 3) * tap), g2 = v128.load(a + (x + 6) * tap), sum = f32x4.add(g0, g2);
          keep(x, g0);
          keep(x + 3, f32x4.mul(half, f32x4.add(sum, g1)));
          keep(x + 6, f32x4.mul(half, f32x4.sub(sum, g1)));
          keep(x + 9, g2);
        }
        for (let r: usize = 0, y = to; r < 12; r += 3, y += 4 * matrix) {
          const g0 = s(r), g1 = s(r + 1), g2 = s(r + 2), sum = f32x4.add(g0, g2);
          v128.store(y, g0);
          v128.store(y + matrix, f32x4.mul(half, f32x4.add(sum, g1)));
          v128.store(y + 2 * matrix, f32x4.mul(half, f32x4.sub(sum, g1)));
          v128.store(y + 3 * matrix, g2);
        }
      }
  }
}
/** y = the gradient of the filters [3, 3, rows = channels, columns = filters] from that of the transformed ones, of which a has
 *  lda that are added up. Parts share the channels. */
export function winogradFiltersGradient(i: usize, part: i32, parts: i32): void {
  const channels = load<i32>(i, Field.rows), filters = load<i32>(i, Field.columns), pieces = load<i32>(i, Field.lda), half = f32x4.splat(0.5);
  const tap = <usize>(channels * filters) << 2, matrix = apart(channels * filters);
  for (let c = share(channels, part, parts), end = share(channels, part + 1, parts); c < end; c++)
    for (let f = 0; f < filters; f += 4) {
      const at = <usize>(c * filters + f) << 2, y = load<usize>(i, Field.y) + at;
      for (let k: usize = 0; k < 16; k++) {
        let p = load<usize>(i, Field.a) + at + k * matrix, sum = v128.load(p);
        for (let n = 1; n < pieces; n++) {
          p += 16 * matrix;
          sum = f32x4.add(sum, v128.load(p));
        }
        keep(k, sum);
      }
      for (let x: usize = 0; x < 4; x++) {
        const u1 = s(x + 4), u2 = s(x + 8), sum = f32x4.mul(half, f32x4.add(u1, u2));
        keep(x, f32x4.add(s(x), sum));
        keep(x + 4, f32x4.mul(half, f32x4.sub(u1, u2)));
        keep(x + 8, f32x4.add(sum, s(x + 12)));
      }
      for (let r: usize = 0; r < 3; r++) {
        const u1 = s(4 * r + 1), u2 = s(4 * r + 2), sum = f32x4.mul(half, f32x4.add(u1, u2)), to = y + 3 * r * tap;
        v128.store(to, f32x4.add(s(4 * r), sum));
        v128.store(to + tap, f32x4.mul(half, f32x4.sub(u1, u2)));
        v128.store(to + 2 * tap, f32x4.add(sum, s(4 * r + 3)));
      }
    }
}

/** Transforms the patches of n squares from the one at hand on: v [16, size / channels, channels], `size` floats apart. */
function patches(d: usize, a: usize, channels: i32, n: i32, v: usize, size: usize): void {
  const height = load<i32>(d, D.height), width = load<i32>(d, D.width), pixel = <usize>channels << 2;
  for (; n > 0; n--, v += pixel, advance(d)) {
    const y = oy + load<i32>(d, D.shiftY), x = ox + load<i32>(d, D.shiftX);
    let p = a + <usize>((image * height + y) * width + x) * pixel, line = <usize>width * pixel;
    if (y < 0 || x < 0 || y + 4 > height || x + 4 > width) {
      let to = scratch + PATCH;
      for (let r = y; r < y + 4; r++)
        for (let q = x; q < x + 4; q++, to += pixel)
          if (<u32>r < <u32>height && <u32>q < <u32>width) copy(to, a + <usize>((image * height + r) * width + q) * pixel, channels);
          else clear(to, channels);
      p = scratch + PATCH;
      line = pixel << 2;
    }
    for (let c: usize = 0; c < pixel; c += 16) patch(p + c, line, pixel, v + c, size);
  }
}
/** Four channels of a patch. */
function patch(p: usize, line: usize, pixel: usize, v: usize, size: usize): void {
  const q = p + line, r = q + line, t = r + line, x = pixel << 1, z = x + pixel;
  spread(v, size, less(p, r), less(p + pixel, r + pixel), less(p + x, r + x), less(p + z, r + z));
  spread(v + 4 * size, size, both(q, r), both(q + pixel, r + pixel), both(q + x, r + x), both(q + z, r + z));
  spread(v + 8 * size, size, less(r, q), less(r + pixel, q + pixel), less(r + x, q + x), less(r + z, q + z));
  spread(v + 12 * size, size, less(q, t), less(q + pixel, t + pixel), less(q + x, t + x), less(q + z, t + z));
}
@inline
function less(a: usize, b: usize): v128 {
  return f32x4.sub(v128.load(a), v128.load(b));
}
@inline
function both(a: usize, b: usize): v128 {
  return f32x4.add(v128.load(a), v128.load(b));
}
@inline
function spread(v: usize, size: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  v128.store(v, f32x4.sub(d0, d2));
  v128.store(v + size, f32x4.add(d1, d2));
  v128.store(v + 2 * size, f32x4.sub(d2, d1));
  v128.store(v + 3 * size, f32x4.sub(d1, d3));
}

/** y = activation(the convolution of a, an image, with the transformed filters b + c). inner = the channels, columns = the filters,
 *  mode = the activation. Parts share the squares. */
export function winograd(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), fours = (load<i32>(d, D.squares) + 3) >> 2;
  const channels = load<i32>(i, Field.inner), filters = load<i32>(i, Field.columns), most = together(channels);
  const v = scratch + PATCH + (<usize>channels << 6), size = apart(most * channels), m = v + 16 * size;
  const end = min(load<i32>(d, D.squares), share(fours, until, parts) << 2);
  for (let square = share(fours, part, parts) << 2; square < end; square += most) {
    const n = min(most, end - square);
    locate(d, square);
    patches(d, load<usize>(i, Field.a), channels, n, v, size);
    listRows(0, n, v, <usize>channels << 2);
    const matrix = apart(channels * filters);
    for (let f = 0; f < filters; f += WIDE) {
      const wide = min(WIDE, filters - f), each = apart(n * wide);
      for (let k: usize = 0; k < 16; k++) {
        const run = oneRun(channels, k * size), b = load<usize>(i, Field.b) + k * matrix + (<usize>(f * channels) << 2);
        block(n, run, 4, channels, wide, b, 32, <usize>channels << 5, m + k * each, <usize>wide << 2, false, 0);
      }
      locate(d, square);
      outputs(i, d, n, f, wide, m, each);
    }
  }
}
/** Transforms the products of n squares back, for `wide` filters from f on, and adds the bias. */
function outputs(i: usize, d: usize, n: i32, f: i32, wide: i32, m: usize, size: usize): void {
  const rows = load<i32>(d, D.rows), columns = load<i32>(d, D.columns), pixel = <usize>load<i32>(i, Field.columns) << 2;
  const bias = load<usize>(i, Field.c) ? load<usize>(i, Field.c) + (<usize>f << 2) : 0, activation = load<i32>(i, Field.mode) >> 2;
  const floor = f32x4.splat(activation == Activation.relu ? 0 : -Infinity), rest = activation > Activation.relu;
  for (; n > 0; n--, advance(d)) {
    const y = load<usize>(i, Field.y) + <usize>((image * rows + oy) * columns + ox) * pixel + (<usize>f << 2);
    const right = ox + 1 < columns, below = oy + 1 < rows, line = <usize>columns * pixel;
    let to = y, add = bias;
    for (const end = m + (<usize>wide << 2); m < end; m += 16, to += 16) {
      square(m, size, add ? v128.load(add) : f32x4.splat(0), floor, to, right ? pixel : 0, below ? line : 0);
      if (add) add += 16;
    }
    if (rest) {
      finish(y, pixel, right ? 2 : 1, wide, 0, activation);
      if (below) finish(y + line, pixel, right ? 2 : 1, wide, 0, activation);
    }
  }
}
/** Four channels of a square. What lies beyond the image, where the distance is 0, is written before what does not. */
function square(m: usize, size: usize, bias: v128, floor: v128, y: usize, pixel: usize, line: usize): void {
  let p = m + 4 * size, q = m + 8 * size, z = m + 12 * size, b = v128.load(p), c = v128.load(q);
  const s0 = f32x4.add(v128.load(m), f32x4.add(b, c)), t0 = f32x4.sub(f32x4.sub(b, c), v128.load(z));
  m += size, p += size, q += size, z += size, b = v128.load(p), c = v128.load(q);
  const s1 = f32x4.add(v128.load(m), f32x4.add(b, c)), t1 = f32x4.sub(f32x4.sub(b, c), v128.load(z));
  m += size, p += size, q += size, z += size, b = v128.load(p), c = v128.load(q);
  const s2 = f32x4.add(v128.load(m), f32x4.add(b, c)), t2 = f32x4.sub(f32x4.sub(b, c), v128.load(z));
  m += size, p += size, q += size, z += size, b = v128.load(p), c = v128.load(q);
  const s3 = f32x4.add(v128.load(m), f32x4.add(b, c)), t3 = f32x4.sub(f32x4.sub(b, c), v128.load(z));
  put(y + line + pixel, f32x4.sub(f32x4.sub(t1, t2), t3), bias, floor);
  put(y + line, f32x4.add(t0, f32x4.add(t1, t2)), bias, floor);
  put(y + pixel, f32x4.sub(f32x4.sub(s1, s2), s3), bias, floor);
  put(y, f32x4.add(s0, f32x4.add(s1, s2)), bias, floor);
}
@inline
function put(y: usize, x: v128, bias: v128, floor: v128): void {
  v128.store(y, f32x4.pmax(f32x4.add(x, bias), floor));
}

/** y [parts, 16, rows = channels, columns = filters] = the gradient of the transformed filters, from the image a and the gradient b
 *  of the output; each part sums some of the squares. */
export function winogradWeights(i: usize, part: i32, parts: i32): void {
  for (; part < until; part++) piece(i, part, parts);
}
function piece(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), fours = (load<i32>(d, D.squares) + 3) >> 2;
  const channels = load<i32>(i, Field.rows), filters = load<i32>(i, Field.columns), most = together(max(channels, filters));
  const v = scratch + PATCH + (<usize>channels << 6), size = apart(most * channels), m = v + 16 * size, slope = apart(most * filters);
  const matrix = apart(channels * filters), y = load<usize>(i, Field.y) + 16 * <usize>part * matrix;
  const first = share(fours, part, parts) << 2, end = min(load<i32>(d, D.squares), share(fours, part + 1, parts) << 2);
  for (let square = first; square < end; square += most) {
    const n = min(most, end - square);
    locate(d, square);
    patches(d, load<usize>(i, Field.a), channels, n, v, size);
    locate(d, square);
    slopes(d, load<usize>(i, Field.b), filters, n, m, slope);
    for (let c = 0; c < channels; c += MOST) {
      const rows = min(MOST, channels - c), at = <usize>(c * filters) << 2;
      listRows(0, rows, v + (<usize>c << 2), 4);
      for (let k: usize = 0; k < 16; k++) {
        const run = oneRun(n, k * size);
        block(rows, run, <usize>channels << 2, n, filters, m + k * slope, 32, <usize>n << 5, y + k * matrix + at, <usize>filters << 2, square > first, 0);
      }
    }
  }
}
/** Transforms the gradients of the outputs of n squares: 16 matrices in panels of eight filters. */
function slopes(d: usize, b: usize, filters: i32, n: i32, m: usize, size: usize): void {
  const rows = load<i32>(d, D.rows), columns = load<i32>(d, D.columns), pixel = <usize>filters << 2, line = <usize>columns * pixel;
  const zero = f32x4.splat(0), panel = <usize>n << 5;
  for (let t = 0; t < n; t++, m += 32, advance(d)) {
    const right = ox + 1 < columns, below = oy + 1 < rows;
    let p = b + <usize>((image * rows + oy) * columns + ox) * pixel;
    for (let f = 0; f < filters; f += 4, p += 16) {
      const y0 = v128.load(p), y1 = right ? v128.load(p + pixel) : zero;
      const z0 = below ? v128.load(p + line) : zero, z1 = below && right ? v128.load(p + line + pixel) : zero;
      const to = m + <usize>(f >> 3) * panel + (<usize>(f & 4) << 2);
      four(to, size, y0, y1);
      four(to + 4 * size, size, f32x4.add(y0, z0), f32x4.add(y1, z1));
      four(to + 8 * size, size, f32x4.sub(y0, z0), f32x4.sub(y1, z1));
      four(to + 12 * size, size, f32x4.neg(z0), f32x4.neg(z1));
    }
  }
}
@inline
function four(y: usize, size: usize, a: v128, b: v128): void {
  v128.store(y, a);
  v128.store(y + size, f32x4.add(a, b));
  v128.store(y + 2 * size, f32x4.sub(a, b));
  v128.store(y + 3 * size, f32x4.neg(b));
}
