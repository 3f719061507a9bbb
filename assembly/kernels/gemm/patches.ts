/** Convolution as a matrix product whose left operand, the patches, is never laid out in memory: its panels are packed straight
 *  from the image. Its row m belongs to the output pixel (image, oy, ox), its column k to channel c of a tap: (ky, kx,
 *  c). */
import { transposeFrom } from '../../simd/lanes';
import { scratch } from '../../state';

/** Words of the geometry block. The row of a source pixel is (oy·scale + ky·tap + shift) / divide, where that is an
 *  integer inside the image. */
export const enum G {
  height = 0, // of the source
  width = 4,
  channels = 8, // floats from pixel to pixel
  depth = 12, // channels of a tap
  kernel = 16, // the kernel's width
  rows = 20, // of the output
  columns = 24,
  scaleY = 28,
  tapY = 32,
  shiftY = 36,
  divideY = 40,
  scaleX = 44,
  tapX = 48,
  shiftX = 52,
  divideX = 56,
}

/** Zeros that taps outside the image are read from: a piece of k, the longest run. */
const ZEROS: usize = memory.data(4 * 512 + 16, 16);

/** at / divide, if that is an integer from 0 to size − 1; else −1. */
@inline
export function inside(at: i32, divide: i32, size: i32): i32 {
  if (divide != 1) {
    if (at % divide) return -1;
    at /= divide;
  }
  return <u32>at < <u32>size ? at : -1;
}

/** Packs a panel of four rows: y[k][4] for rows `row` … row + rows − 1 and columns k … k + kc − 1. Missing rows are
 *  0. */
export function packPatchRows(y: usize, a: usize, g: usize, row: i32, rows: i32, k: i32, kc: i32): void {
  const depth = load<i32>(g, G.depth), kernel = load<i32>(g, G.kernel);
  const tap = k / depth, c = k - tap * depth, ky = tap / kernel, kx = tap - ky * kernel;
  const whole = load<i32>(g, G.divideY) == 1 && load<i32>(g, G.divideX) == 1;
  for (let r = 0; r < rows; r += 4, y += <usize>kc << 4) {
    const count = min(4, rows - r);
    if (whole && locate(a, g, row + r, count)) panel(y, g, ky, kx, c, kc);
    else scattered(y, a, g, row + r, count, ky, kx, c, kc);
  }
}

/** The entry of the workspace for each row of a panel: the address, line and column in the image of its first tap. */
const enum Row { address = 0, line = 4, column = 8, size = 12 }
/** The line of a row that does not exist: outside the image, whatever the tap. */
const NOWHERE: i32 = -0x10000000;

/** Locates the first tap of each row, which may lie outside. Returns false where a run over the edge of an image could
 *  leave the memory. */
function locate(a: usize, g: usize, row: i32, count: i32): bool {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), pixel = load<i32>(g, G.channels) << 2;
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width);
  let line = row / columns, ox = row - line * columns, image = line / rows, oy = line - image * rows, at = scratch;
  for (let r = 0; r < 4; r++, at += Row.size) {
    const iy = oy * load<i32>(g, G.scaleY) + load<i32>(g, G.shiftY), ix = ox * load<i32>(g, G.scaleX) + load<i32>(g, G.shiftX);
    store<usize>(at, a + ((image * height + iy) * width + ix) * pixel, Row.address);
    store<i32>(at, r < count ? iy : NOWHERE, Row.line);
    store<i32>(at, ix, Row.column);
    if (r + 1 < count && ++ox == columns) {
      ox = 0;
      if (++oy == rows) {
        oy = 0;
        image++;
      }
    }
  }
  const over = load<i32>(g, G.kernel) * pixel;
  return over < 0x100000 && i32((a + (image + 1) * height * width * pixel + over) >> 16) < memory.size();
}
/** The address of row r's taps from (dy, dx) on; that of zeros where they lie above or below the image, or beside it if
 *  `matters`. */
@inline
function source(r: usize, dy: i32, dx: i32, height: i32, width: i32, matters: bool, offset: i32): usize {
  const at = scratch + r * Row.size;
  const inside = <u32>(load<i32>(at, Row.line) + dy) < <u32>height && (!matters || <u32>(load<i32>(at, Row.column) + dx) < <u32>width);
  return inside ? load<usize>(at, Row.address) + offset : ZEROS;
}

/** Packs the panel of the located rows. The taps in a line of the kernel are one run where they lie side by side in the
 *  image; what of it lies left or right of the image is read all the same, and cleared afterwards. */
function panel(y: usize, g: usize, ky: i32, kx: i32, c: i32, kc: i32): void {
  const depth = load<i32>(g, G.depth), kernel = load<i32>(g, G.kernel), channels = load<i32>(g, G.channels);
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width), tapY = load<i32>(g, G.tapY), tapX = load<i32>(g, G.tapX);
  const joined = tapX == 1 && channels == depth, apart = !joined;
  while (kc > 0) {
    const run = min((joined ? (kernel - kx) * depth : depth) - c, kc), dy = ky * tapY, dx = kx * tapX;
    const offset = ((dy * width + dx) * channels + c) << 2;
    const p0 = source(0, dy, dx, height, width, apart, offset), p1 = source(1, dy, dx, height, width, apart, offset);
    const p2 = source(2, dy, dx, height, width, apart, offset), p3 = source(3, dy, dx, height, width, apart, offset);
    if (p1 - p0 == 4 && p2 - p1 == 4 && p3 - p2 == 4)
      for (let n: usize = 0, end = <usize>run << 2; n < end; n += 4) v128.store(y + (n << 2), v128.load(p0 + n));
    else interleave(y, p0, p1, p2, p3, run);
    if (joined) for (let r: usize = 0; r < 4; r++) clear(y + (r << 2), load<i32>(scratch + r * Row.size, Row.column) + kx, width, depth, c, run);
    y += <usize>run << 4;
    kc -= run;
    c = 0;
    if (joined || ++kx == kernel) {
      kx = 0;
      ky++;
    }
  }
}
/** Clears what a run that begins at channel c of column x has outside the columns 0 … width − 1. */
@inline
function clear(y: usize, x: i32, width: i32, depth: i32, c: i32, run: i32): void {
  if (x < 0) for (let n = 0, end = min(run, -x * depth - c); n < end; n++) store<f32>(y + (<usize>n << 4), 0);
  for (let n = max(0, (width - x) * depth - c); n < run; n++) store<f32>(y + (<usize>n << 4), 0);
}

/** Packs a panel of rows that lie anywhere. */
function scattered(y: usize, a: usize, g: usize, row: i32, count: i32, ky: i32, kx: i32, c: i32, kc: i32): void {
  const depth = load<i32>(g, G.depth), kernel = load<i32>(g, G.kernel);
  while (kc > 0) {
    const run = min(depth - c, kc);
    const p0 = alone(a, g, row, ky, kx, c), p1 = count > 1 ? alone(a, g, row + 1, ky, kx, c) : ZEROS;
    const p2 = count > 2 ? alone(a, g, row + 2, ky, kx, c) : ZEROS, p3 = count > 3 ? alone(a, g, row + 3, ky, kx, c) : ZEROS;
    interleave(y, p0, p1, p2, p3, run);
    y += <usize>run << 4;
    kc -= run;
    c = 0;
    if (++kx == kernel) {
      kx = 0;
      ky++;
    }
  }
}
/** The address of channel c of a tap of one patch. */
function alone(a: usize, g: usize, row: i32, ky: i32, kx: i32, c: i32): usize {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), width = load<i32>(g, G.width);
  const line = row / columns, image = line / rows, height = load<i32>(g, G.height), channels = load<i32>(g, G.channels);
  const oy = (line - image * rows) * load<i32>(g, G.scaleY) + ky * load<i32>(g, G.tapY) + load<i32>(g, G.shiftY);
  const ox = (row - line * columns) * load<i32>(g, G.scaleX) + kx * load<i32>(g, G.tapX) + load<i32>(g, G.shiftX);
  const iy = inside(oy, load<i32>(g, G.divideY), height), ix = inside(ox, load<i32>(g, G.divideX), width);
  return iy < 0 || ix < 0 ? ZEROS : a + (<usize>(((image * height + iy) * width + ix) * channels + c) << 2);
}
/** Packs four runs as y[k][4]. */
@inline
function interleave(y: usize, p0: usize, p1: usize, p2: usize, p3: usize, run: i32): void {
  let n: usize = 0;
  for (const end = (<usize>run & ~3) << 2; n < end; n += 16, y += 64) transposeFrom(p0 + n, p1 + n, p2 + n, p3 + n, y, 16);
  for (const end = <usize>run << 2; n < end; n += 4, y += 16) {
    let x = v128.load32_zero(p0 + n);
    x = v128.load32_lane(p1 + n, x, 1);
    x = v128.load32_lane(p2 + n, x, 2);
    v128.store(y, v128.load32_lane(p3 + n, x, 3));
  }
}

/** Packs a panel of the transpose, for the gradient of the weights: four columns k, as y[m][4] for rows m … m + mc −
 *  1. */
export function packPatchColumns(y: usize, a: usize, g: usize, k: i32, columns: i32, m: i32, mc: i32): void {
  const depth = load<i32>(g, G.depth);
  for (let r = 0; r < columns; r += 4, y += <usize>mc << 4) {
    const first = k + r, count = min(4, columns - r), tap = first / depth, c = first - tap * depth;
    // Four neighbouring channels of one tap are read as one vector.
    if (count == 4 && c + 4 <= depth) columnPanel<v128>(y, a, g, tap, c, m, mc);
    else {
      memory.fill(y, 0, <usize>mc << 4);
      for (let lane = 0; lane < count; lane++)
        columnPanel<f32>(y + (<usize>lane << 2), a, g, (first + lane) / depth, (first + lane) % depth, m, mc);
    }
  }
}
/** Packs one column, or four neighbours, a line of the output at a time; the middle part of a line lies inside the
 *  image. */
function columnPanel<T>(y: usize, a: usize, g: usize, tap: i32, c: i32, m: i32, mc: i32): void {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), kernel = load<i32>(g, G.kernel);
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width), pixel = <usize>load<i32>(g, G.channels) << 2;
  const ky = tap / kernel, kx = tap - ky * kernel, scale = load<i32>(g, G.scaleX), step = <usize>scale * pixel;
  const shiftX = kx * load<i32>(g, G.tapX) + load<i32>(g, G.shiftX);
  const shiftY = ky * load<i32>(g, G.tapY) + load<i32>(g, G.shiftY), scaleY = load<i32>(g, G.scaleY);
  // The places low … high − 1, whose source column ox·scale + shift lies inside the image.
  const low = max(0, (scale - 1 - shiftX) / scale), high = max(low, min(columns, (width - 1 - shiftX + scale) / scale));
  let line = m / columns, ox = m - line * columns;
  while (mc > 0) {
    const end = min(columns, ox + mc), image = line / rows, iy = (line - image * rows) * scaleY + shiftY;
    mc -= end - ox;
    if (<u32>iy < <u32>height) {
      const left = min(max(ox, low), end), right = max(left, min(end, high));
      blank<T>(y, left - ox);
      y += <usize>(left - ox) << 4;
      let p = a + <usize>((image * height + iy) * width + left * scale + shiftX) * pixel + (<usize>c << 2);
      for (let n = right - left; n > 0; n--, y += 16, p += step) store<T>(y, load<T>(p));
      blank<T>(y, end - right);
      y += <usize>(end - right) << 4;
    } else {
      blank<T>(y, end - ox);
      y += <usize>(end - ox) << 4;
    }
    ox = 0;
    line++;
  }
}
/** Writes zeros for `count` rows. The panel of a single lane has been cleared before. */
@inline
function blank<T>(y: usize, count: i32): void {
  if (isVector<T>() && count > 0) memory.fill(y, 0, <usize>count << 4);
}
