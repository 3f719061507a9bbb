/** Views of images for convolutions. The row m of the patches belongs to the output place (image, oy, ox), the column k to
 *  channel c of a tap (ky, kx). Patches are never laid out: a view is an image, or a copy of some of its lines with zeros
 *  around them, in which all taps of a place lie at the same distances from its first one. */

import { MOST } from './block';

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

/** at / divide, if that is an integer from 0 to size − 1; else −1. */
@inline
export function inside(at: i32, divide: i32, size: i32): i32 {
  if (divide != 1) {
    if (at % divide) return -1;
    at /= divide;
  }
  return <u32>at < <u32>size ? at : -1;
}

/** The bytes that a copy should not exceed, so that it stays in the caches. */
const SOON: i64 = 65536;

/** The bytes from line to line and from pixel to pixel of the view, and of the whole step from place to place. */
export let lineBytes: usize = 0;
export let pixelBytes: usize = 0;
export let placeBytes: usize = 0;

/** The distance from the first to the last tap of a column, plus one, for a kernel with `taps` taps. */
@inline
function tallOf(g: usize, taps: i32): i32 {
  return (taps / load<i32>(g, G.kernel) - 1) * load<i32>(g, G.tapY) + 1;
}
@inline
function broadOf(g: usize): i32 {
  return (load<i32>(g, G.kernel) - 1) * load<i32>(g, G.tapX) + 1;
}

/** How many places from m on one view of all channels should hold: whole lines where their copies fit the caches, else a
 *  piece of one line. */
export function placesFrom(g: usize, taps: i32, m: i32): i32 {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), depth = <i64>load<i32>(g, G.depth) << 2;
  const tall = <i64>tallOf(g, taps), broad = <i64>broadOf(g), scaleX = <i64>load<i32>(g, G.scaleX);
  const line = (<i64>(columns - 1) * scaleX + broad) * depth, shared = <i64>(rows - 1) * load<i32>(g, G.scaleY) + tall;
  const lines = (SOON - 2 * tall * line) / ((shared + rows - 1) / rows * line);
  if (lines > 0) return <i32>min<i64>(MOST, max<i64>(4, (lines * columns) & ~3));
  const left = columns - m % columns;
  return <i32>min<i64>(min(left, MOST), max<i64>(4, ((SOON / (tall * depth) - broad) / scaleX + 1) & ~3));
}

/** Lists the lines of the output that hold the places m … end − 1: for each the address at which the view has the first
 *  tap, at channel c, of its first place, and the number of places. Where a tap lies outside the image, or the image is
 *  not dense enough for `depth` channels and `dense` asks for that, the view is a copy at `area`. Returns the end of
 *  the list, or 0 where the copy would pass `limit`. */
export function view(
  list: usize, area: usize, limit: usize, a: usize, g: usize, taps: i32, m: i32, end: i32, c: i32, depth: i32, dense: bool,
): usize {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), width = load<i32>(g, G.width), height = load<i32>(g, G.height);
  const channels = load<i32>(g, G.channels), scaleX = load<i32>(g, G.scaleX), scaleY = load<i32>(g, G.scaleY);
  const tall = tallOf(g, taps), shiftY = load<i32>(g, G.shiftY), shiftX = load<i32>(g, G.shiftX);
  const first = m / columns, last = (end - 1) / columns, ox = m - first * columns, stop = end - last * columns;
  // Long lines are viewed piece by piece, others whole, so that neighbours share what they have in common.
  const apart = first == last || columns > MOST, places = first == last ? stop - ox : apart ? max(columns - ox, stop) : columns;
  const wide = (places - 1) * scaleX + broadOf(g);
  const whole = load<i32>(g, G.divideX) == 1 && load<i32>(g, G.divideY) == 1 && shiftX >= 0 && shiftY >= 0
    && (columns - 1) * scaleX + shiftX + broadOf(g) <= width && (rows - 1) * scaleY + shiftY + tall <= height;
  const direct = whole && !(dense && depth != channels);
  pixelBytes = <usize>(direct ? channels : depth) << 2;
  placeBytes = <usize>scaleX * pixelBytes;
  lineBytes = <usize>(direct ? width : wide) * pixelBytes;
  let image = first / rows, oy = first - image * rows, next = 0, top = 0, origin = area;
  for (let line = first; line <= last; line++) {
    const from = line == first ? ox : 0, y0 = oy * scaleY + shiftY, x0 = apart ? from : 0;
    const count = (line == last ? stop : columns) - from;
    if (direct) origin = a + (<usize>c << 2) + <usize>((image * height + y0) * width + from * scaleX + shiftX) * pixelBytes;
    else {
      if (apart || line == first || oy == 0) {
        origin = area;
        top = next = y0;
      }
      for (; next < y0 + tall; next++, area += lineBytes) {
        if (area + lineBytes > limit) return 0;
        copyLine(area, a, g, image, next, x0 * scaleX + shiftX, wide, c, depth);
      }
    }
    store<usize>(list, direct ? origin : origin + <usize>(y0 - top) * lineBytes + <usize>(from - x0) * placeBytes);
    store<i32>(list, count, 4);
    list += 8;
    if (++oy == rows) {
      oy = 0;
      image++;
    }
  }
  return list;
}
/** Copies `depth` channels of `wide` pixels of a line, from column `left` on; what does not exist is 0. */
function copyLine(y: usize, a: usize, g: usize, image: i32, line: i32, left: i32, wide: i32, c: i32, depth: i32): void {
  const width = load<i32>(g, G.width), height = load<i32>(g, G.height), channels = load<i32>(g, G.channels), divide = load<i32>(g, G.divideX);
  const iy = inside(line, load<i32>(g, G.divideY), height);
  if (iy < 0) return clear(y, wide * depth);
  const at = a + (<usize>((image * height + iy) * width * channels + c) << 2);
  if (divide == 1) {
    const low = min(wide, max(0, -left)), high = max(low, min(wide, width - left));
    clear(y, low * depth);
    y += <usize>(low * depth) << 2;
    let p = at + (<usize>((left + low) * channels) << 2);
    if (depth == channels) {
      copy(y, p, (high - low) * depth);
      y += <usize>((high - low) * depth) << 2;
    } else for (let x = low; x < high; x++, y += <usize>depth << 2, p += <usize>channels << 2) copy(y, p, depth);
    clear(y, (wide - high) * depth);
  } else
    for (let x = left; x < left + wide; x++, y += <usize>depth << 2) {
      const ix = inside(x, divide, width);
      if (ix < 0) clear(y, depth);
      else copy(y, at + (<usize>(ix * channels) << 2), depth);
    }
}
/** Runs are short, which is why no call to the host's memory.copy pays. */
export function copy(y: usize, a: usize, count: i32): void {
  for (; count >= 4; count -= 4, y += 16, a += 16) v128.store(y, v128.load(a));
  for (; count > 0; count--, y += 4, a += 4) store<f32>(y, load<f32>(a));
}
export function clear(y: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (; count >= 4; count -= 4, y += 16) v128.store(y, zero);
  for (; count > 0; count--, y += 4) store<f32>(y, 0);
}

/** Lists the runs of the columns k … k + count − 1, whose taps lie side by side in the view: for each the distance from the
 *  first tap, and the number of floats. Returns the end of the list. */
export function runsOf(list: usize, g: usize, k: i32, count: i32): usize {
  const depth = load<i32>(g, G.depth), kernel = load<i32>(g, G.kernel), tapX = load<i32>(g, G.tapX);
  const joined = tapX == 1 && pixelBytes == <usize>depth << 2;
  const tap = k / depth;
  let ky = tap / kernel, kx = tap - ky * kernel, c = k - tap * depth;
  while (count > 0) {
    const run = min((joined ? (kernel - kx) * depth : depth) - c, count);
    store<usize>(list, <usize>(ky * load<i32>(g, G.tapY)) * lineBytes + <usize>(kx * tapX) * pixelBytes + (<usize>c << 2));
    store<i32>(list, run, 4);
    list += 8;
    count -= run;
    c = 0;
    if (joined || ++kx == kernel) {
      kx = 0;
      ky++;
    }
  }
  return list;
}
/** The distance of channel c (counted from that of the view) of a tap from the first tap. */
@inline
export function tapAt(g: usize, tap: i32, c: i32): usize {
  const kernel = load<i32>(g, G.kernel), ky = tap / kernel, kx = tap - ky * kernel;
  return <usize>(ky * load<i32>(g, G.tapY)) * lineBytes + <usize>(kx * load<i32>(g, G.tapX)) * pixelBytes + (<usize>c << 2);
}

/** One element of the patches, wherever it lies: the way for views that would be too large to copy. */
export function element(a: usize, g: usize, m: i32, k: i32): f32 {
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), depth = load<i32>(g, G.depth), kernel = load<i32>(g, G.kernel);
  const tap = k / depth, ky = tap / kernel, kx = tap - ky * kernel, line = m / columns, image = line / rows;
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width);
  const y = (line - image * rows) * load<i32>(g, G.scaleY) + ky * load<i32>(g, G.tapY) + load<i32>(g, G.shiftY);
  const x = (m - line * columns) * load<i32>(g, G.scaleX) + kx * load<i32>(g, G.tapX) + load<i32>(g, G.shiftX);
  const iy = inside(y, load<i32>(g, G.divideY), height), ix = inside(x, load<i32>(g, G.divideX), width);
  if (iy < 0 || ix < 0) return 0;
  return load<f32>(a + (<usize>(((image * height + iy) * width + ix) * load<i32>(g, G.channels) + k - tap * depth) << 2));
}
