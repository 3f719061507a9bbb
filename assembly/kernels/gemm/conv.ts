/** Convolutions as matrix products whose left operand, the patches of an image, is read in place; see view.ts. */
import { Field, Size } from '../../layout';
import { scratch, until } from '../../state';
import { begin, share } from '../slice';
import { block, KC, listRows, MOST, NC, NR, oneRun, PACKED_A, PACKED_B, rowList, runList } from './block';
import { finish } from './epilogue';
import { packBlock } from './index';
import { packPanel } from './pack';
import { clear, element, G, placeBytes, placesFrom, runsOf, tapAt, view } from './view';

// The workspace, where products have the left operand: the geometry of a phase, the lines of a view, and copies.
const GEOMETRY_SIZE: usize = 60, GEOMETRY: usize = PACKED_A, LINES: usize = GEOMETRY + 64;
const COPY: usize = (LINES + <usize>(MOST + 2) * 8 + 63) & ~63;
/** The most channels of a view for the gradient of the weights, whose taps are read pixel by pixel: a cache line. */
const SLICE: i32 = 16;

/** A convolution, or its gradient for the image: a is an image whose patches (geometry at d + 16) are the left operand. d: groups,
 *  floats from group to group in a, in b, and columns of a group. Where the geometry divides, as in the gradient of a
 *  stride, most taps of a place meet no pixel: places are taken in phases, in which the same taps do. Parts share the
 *  places of each phase. */
export function conv(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), g = d + 16, own = scratch + GEOMETRY, kernel = load<i32>(g, G.kernel), depth = load<i32>(g, G.depth);
  const images = load<i32>(i, Field.rows) / (load<i32>(g, G.rows) * load<i32>(g, G.columns)), all = load<i32>(i, Field.inner) / depth / kernel;
  memory.copy(own, g, GEOMETRY_SIZE);
  for (let y = 0; y < load<i32>(g, G.divideY); y++)
    for (let x = 0; x < load<i32>(g, G.divideX); x++) {
      const down = phase(own, g, G.rows, G.scaleY, y, all), firstY = first, stepY = step;
      const across = phase(own, g, G.columns, G.scaleX, x, kernel), taps = down * across;
      store<i32>(own, across, G.kernel);
      const places = images * load<i32>(own, G.rows) * load<i32>(own, G.columns);
      const top = begin(places, part, parts), bottom = begin(places, until, parts), corner = y * load<i32>(g, G.columns) + x;
      for (let group = 0; group < load<i32>(d); group++) {
        const a = load<usize>(i, Field.a) + (<usize>(group * load<i32>(d, 4)) << 2), columns = load<i32>(d, 12), left = group * columns;
        const b = load<usize>(i, Field.b) + (<usize>(group * load<i32>(d, 8)) << 2);
        for (let column = 0; column < columns; column += NC) {
          const n = min(NC, columns - column);
          for (let k = 0, inner = taps * depth; k < inner; k += KC) {
            const kc = min(KC, inner - k);
            packTaps(i, b + (<usize>column << 2), n, k, kc, firstY, stepY, first, step, across);
            convolve(i, a, left + column, n, top, bottom, corner, taps, k, kc, k + kc == inner);
          }
          if (!taps) convolve(i, a, left + column, n, top, bottom, corner, 0, 0, 0, false);
        }
      }
    }
}
/** The first of the taps that meet pixels at the places of a phase, and the step to the next. */
let first: i32 = 0, step: i32 = 1;
/** Describes a phase along one axis at `own`; returns the number of its taps. */
function phase(own: usize, g: usize, size: usize, axis: usize, at: i32, taps: i32): i32 {
  const divide = load<i32>(g + axis, G.divideY - G.scaleY), tap = load<i32>(g + axis, G.tapY - G.scaleY);
  const shift = load<i32>(g + axis, G.shiftY - G.scaleY) + at;
  first = 0, step = 1;
  while (first < taps && (shift + first * tap) % divide) first++;
  while ((step * tap) % divide) step++;
  store<i32>(own + axis, (step * tap) / divide, G.tapY - G.scaleY);
  store<i32>(own + axis, (shift + first * tap) / divide, G.shiftY - G.scaleY);
  store<i32>(own + axis, 1, G.divideY - G.scaleY);
  store<i32>(own + size, (load<i32>(g + size) - at + divide - 1) / divide);
  return (taps - first + step - 1) / step;
}
/** Packs kc rows of b, from row k of those that belong to the taps of a phase. */
function packTaps(i: usize, b: usize, columns: i32, k: i32, kc: i32, firstY: i32, stepY: i32, firstX: i32, stepX: i32, across: i32): void {
  const g = load<usize>(i, Field.d) + 16, depth = load<i32>(g, G.depth), line = <usize>load<i32>(i, Field.ldb) << 2;
  for (let n = 0; n < kc;) {
    const tap = (k + n) / depth, c = k + n - tap * depth, ky = tap / across, kx = tap - ky * across, run = min(depth - c, kc - n);
    const row = ((firstY + ky * stepY) * load<i32>(g, G.kernel) + firstX + kx * stepX) * depth + c;
    for (let j = 0; j < columns; j += NR)
      packPanel(scratch + PACKED_B + (<usize>(j * kc + n * NR) << 2), b + <usize>row * line + (<usize>j << 2), min(NR, columns - j), NR, run, 4, line);
    n += run;
  }
}
/** Multiplies the places top … bottom − 1 of a phase by the packed rows of b, k … k + kc − 1, which are the last ones or not. */
function convolve(i: usize, a: usize, left: i32, columns: i32, top: i32, bottom: i32, corner: i32, taps: i32, k: i32, kc: i32, last: bool): void {
  const g = load<usize>(i, Field.d) + 16, own = scratch + GEOMETRY, pixel = <usize>load<i32>(i, Field.columns) << 2, bias = load<usize>(i, Field.c);
  const divideX = load<i32>(g, G.divideX), divideY = load<i32>(g, G.divideY), apart = <usize>divideX * pixel;
  for (let m = top; m < bottom;) {
    let end = bottom, place = m;
    if (divideX > 1 || divideY > 1) {
      // The places of a phase lie side by side in a line only.
      const line = m / load<i32>(own, G.columns), image = line / load<i32>(own, G.rows), x = m - line * load<i32>(own, G.columns);
      place = (image * load<i32>(g, G.rows) + (line - image * load<i32>(own, G.rows)) * divideY) * load<i32>(g, G.columns) + x * divideX + corner;
      end = min(end, m + load<i32>(own, G.columns) - x);
    }
    const y = load<usize>(i, Field.y) + <usize>place * pixel + (<usize>left << 2);
    if (taps) {
      end = min(end, m + placesFrom(own, taps, m));
      let runs = runList();
      const lines = view(scratch + LINES, scratch + COPY, scratch + Size.scratch, a, own, taps, m, end, 0, load<i32>(own, G.depth), false);
      if (lines) {
        addresses(lines);
        runs = runsOf(runs, own, k, kc);
      } else {
        end = min(end, m + 4);
        for (let r = m; r < end; r++) for (let n = 0; n < kc; n++) gathered(r - m, n, element(a, own, r, k + n));
        runs = gatheredRun(end - m, kc);
      }
      multiplied(end - m, runs, 4, kc, columns, y, apart, k > 0);
      if (last) finish(y, apart, end - m, columns, bias ? bias + (<usize>left << 2) : 0, load<i32>(i, Field.mode) >> 2);
    } else for (let r = m; r < end; r++) clear(y + <usize>(r - m) * apart, columns);
    m = end;
  }
}
/** Lists the address of every place of the listed lines. */
function addresses(end: usize): void {
  let row = rowList();
  for (let line = scratch + LINES; line < end; line += 8) {
    let at = load<usize>(line);
    for (const last = row + (load<usize>(line, 4) << 2); row < last; row += 4, at += placeBytes) store<usize>(row, at);
  }
}

/** The gradient of a convolution for its weights: y [taps·channels, columns] = patchesᵀ · b. Parts share the rows.
 *  Where lda is the number of pieces of KC, parts share these pieces instead, and y has a matrix for each; a later
 *  instruction adds them up. */
export function convWeights(i: usize, part: i32, parts: i32): void {
  const m = load<i32>(i, Field.rows), inner = load<i32>(i, Field.inner), pieces = load<i32>(i, Field.lda), y = load<usize>(i, Field.y);
  if (pieces) {
    const size = <usize>(m * load<i32>(i, Field.columns)) << 2;
    for (let piece = share(pieces, part, parts), end = share(pieces, until, parts); piece < end; piece++)
      weightsOf(i, y + <usize>piece * size, 0, m, piece * KC, min(inner, (piece + 1) * KC), false);
  } else
    for (let k = 0; k < inner; k += KC) weightsOf(i, y, share(m, part, parts), share(m, until, parts), k, min(inner, k + KC), k > 0);
}
/** Sums the places from … to − 1, which are at most a piece, for the rows top … bottom − 1. */
function weightsOf(i: usize, y: usize, top: i32, bottom: i32, from: i32, to: i32, add: bool): void {
  const d = load<usize>(i, Field.d), columns = load<i32>(d, 12), line = <usize>load<i32>(i, Field.columns) << 2;
  for (let group = 0; group < load<i32>(d); group++) {
    const a = load<usize>(i, Field.a) + (<usize>(group * load<i32>(d, 4)) << 2);
    for (let column = 0; column < columns; column += NC) {
      const left = <usize>(group * columns + column) << 2, n = min(NC, columns - column);
      packBlock(scratch + PACKED_B, load<usize>(i, Field.b) + <usize>from * line + left, n, NR, to - from, 4, line);
      slices(a, d + 16, load<i32>(i, Field.rows), top, bottom, from, to, n, y + left, line, add);
    }
  }
}
/** Takes the channels slice by slice, each with a view of its own, and computes the rows of all its taps. */
function slices(a: usize, g: usize, rows: i32, top: i32, bottom: i32, from: i32, to: i32, columns: i32, y: usize, line: usize, add: bool): void {
  const depth = load<i32>(g, G.depth), taps = rows / depth, runs = runList(), kc = to - from;
  for (let c = 0; c < depth;) {
    let slice = min(SLICE, depth - c), end: usize = 0;
    while (slice && !(end = view(runs, scratch + COPY, scratch + Size.scratch, a, g, taps, from, to, c, slice, depth > SLICE))) slice >>= 1;
    if (!slice) return gatheredRows(a, g, top, bottom, from, kc, columns, y, line, add);
    // The rows of one slice lie side by side in y for all taps, those of several for each tap.
    const joined = slice == depth, step = joined ? MOST : slice;
    for (let k = joined ? top : c, last = joined ? bottom : rows; k < last; k += joined ? MOST : depth) {
      const first = max(top, k), n = min(min(bottom, last), k + step) - first;
      for (let r = 0; r < n; r++) {
        const tap = (first + r) / depth;
        store<usize>(rowList() + (<usize>r << 2), tapAt(g, tap, first + r - tap * depth - c));
      }
      if (n > 0) multiplied(n, end, placeBytes, kc, columns, y + <usize>first * line, line, add);
    }
    c += slice;
  }
}

/** Multiplies the listed rows by the packed columns. */
function multiplied(rows: i32, end: usize, step: usize, kc: i32, columns: i32, y: usize, line: usize, add: bool): void {
  block(rows, end, step, kc, columns, scratch + PACKED_B, 32, <usize>kc << 5, y, line, add, 0);
}

/** The way without a view: the elements of up to four rows are copied one by one. */
function gathered(row: i32, n: i32, x: f32): void {
  store<f32>(scratch + COPY + (<usize>(row * KC + n) << 2), x);
}
function gatheredRun(rows: i32, count: i32): usize {
  listRows(0, rows, scratch + COPY, <usize>KC << 2);
  return oneRun(count);
}
function gatheredRows(a: usize, g: usize, top: i32, bottom: i32, from: i32, kc: i32, columns: i32, y: usize, line: usize, add: bool): void {
  for (let k = top; k < bottom; k += 4) {
    const rows = min(4, bottom - k);
    for (let r = 0; r < rows; r++) for (let n = 0; n < kc; n++) gathered(r, n, element(a, g, from + n, k + r));
    multiplied(rows, gatheredRun(rows, kc), 4, kc, columns, y + <usize>k * line, line, add);
  }
}
