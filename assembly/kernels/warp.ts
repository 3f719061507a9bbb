/** Maps images affinely, with bilinear interpolation and 0 outside. b has six numbers [m₀ … m₅] for each of `rows`
 *  images: the pixel at (u, v) from the centre of the result (right, down) is read at (m₀u + m₁v + m₂, m₃u + m₄v + m₅)
 *  from the centre of the image. `columns` = channels; d points to integers: the images' h, w and the results'. Source
 *  places are computed four at a time; pixels are read four channels at a time, or four pixels where there is one
 *  channel. */
import { Field } from '../layout';
import { storeLanes } from '../simd/lanes';
import { scratch } from '../state';
import { share } from './slice';

const enum D {
  height = 0,
  width = 4,
  rows = 8,
  columns = 12,
}
const LANES: usize = memory.data<f32>([0, 1, 2, 3], 16);
/** Slots of the workspace, of four lanes each: the weights and offsets (bytes) of the pixels on both sides of four
 *  places, along x, then along y. */
const X: usize = 0, Y: usize = 64;

/** y: the results, whose pixels are read from the images a. Parts share the lines of the results. */
export function warp(i: usize, part: i32, parts: i32): void {
  const lines = load<i32>(i, Field.rows) * load<i32>(load<usize>(i, Field.d), D.rows);
  walk<Sample>(i, load<usize>(i, Field.a), load<usize>(i, Field.y), share(lines, part, parts), share(lines, part + 1, parts));
}
/** y: the gradient for the images; the gradient a of the results is added to the pixels that they were read from. Parts
 *  share the images. */
export function warpGradient(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), images = load<i32>(i, Field.rows), first = share(images, part, parts), last = share(images, part + 1, parts);
  const y = load<usize>(i, Field.y), bytes = <usize>(load<i32>(d, D.height) * load<i32>(d, D.width) * load<i32>(i, Field.columns)) << 2;
  memory.fill(y + <usize>first * bytes, 0, <usize>(last - first) * bytes);
  walk<Spread>(i, y, load<usize>(i, Field.a), first * load<i32>(d, D.rows), last * load<i32>(d, D.rows));
}

/** Visits the lines first … last − 1 of the results, four places at a time. */
function walk<Op>(i: usize, images: usize, results: usize, first: i32, last: i32): void {
  const d = load<usize>(i, Field.d), height = load<i32>(d, D.height), width = load<i32>(d, D.width), rows = load<i32>(d, D.rows);
  const columns = load<i32>(d, D.columns), channels = load<i32>(i, Field.columns), pixel = channels << 2, line = width * pixel;
  const left = <f32>(columns - 1) * 0.5, top = <f32>(rows - 1) * 0.5, middle = <f32>(width - 1) * 0.5, centre = <f32>(height - 1) * 0.5;
  for (let at = first; at < last; at++) {
    const image = at / rows, m = load<usize>(i, Field.b) + <usize>image * 24, v = <f32>(at - image * rows) - top;
    const x = f32x4.splat(load<f32>(m, 4) * v + load<f32>(m, 8) + middle), y = f32x4.splat(load<f32>(m, 16) * v + load<f32>(m, 20) + centre);
    const a = images + <usize>(image * height) * <usize>line, result = results + <usize>(at * columns) * <usize>pixel;
    for (let o = 0; o < columns; o += 4) {
      const u = f32x4.add(v128.load(LANES), f32x4.splat(<f32>o - left));
      between(scratch + X, f32x4.add(f32x4.mul(v128.load32_splat(m), u), x), width, pixel);
      between(scratch + Y, f32x4.add(f32x4.mul(v128.load32_splat(m, 12), u), y), height, line);
      changetype<Op>(0).four(a, result + <usize>o * <usize>pixel, channels, min(4, columns - o));
    }
  }
}

/** Computes the weights (0 outside) and offsets of the pixels on both sides of four places, along an axis of `size`
 *  pixels that are `bytes` apart. */
@inline
function between(to: usize, place: v128, size: i32, bytes: i32): void {
  const one = f32x4.splat(1), last = f32x4.splat(<f32>(size - 1)), low = f32x4.floor(place), high = f32x4.add(low, one);
  const beyond = f32x4.sub(place, low);
  v128.store(to, v128.and(f32x4.sub(one, beyond), inside(low, last)));
  v128.store(to, v128.and(beyond, inside(high, last)), 16);
  v128.store(to, offset(low, last, bytes), 32);
  v128.store(to, offset(high, last, bytes), 48);
}
@inline
function inside(place: v128, last: v128): v128 {
  return v128.and(f32x4.ge(place, f32x4.splat(0)), f32x4.le(place, last));
}
/** A place outside is read at the edge with weight 0; NaN counts as outside. Adding 1.5·2²³ puts a whole number into
 *  the low bits. */
@inline
function offset(place: v128, last: v128, bytes: i32): v128 {
  const low = f32x4.splat(12582912), nearest = f32x4.pmin(last, f32x4.pmax(f32x4.splat(0), place));
  return i32x4.mul(i32x4.sub(f32x4.add(nearest, low), low), i32x4.splat(bytes));
}
/** One of the numbers in the workspace. */
@inline
function weight(at: usize): v128 {
  return v128.load32_splat(scratch + at);
}
@inline
function put(y: usize, x: v128, channels: i32): void {
  if (channels >= 4) v128.store(y, x);
  else storeLanes(y, x, channels);
}

/** The weighted mean of the four pixels around each place. */
@final class Sample {
  four(a: usize, y: usize, channels: i32, count: i32): void {
    if (channels == 1) return put(y, lone(a), count);
    for (let k: usize = 0, end = <usize>count << 2; k < end; k += 4) {
      const w0 = weight(X + k), w1 = weight(X + 16 + k), h0 = weight(Y + k), h1 = weight(Y + 16 + k);
      const x0 = load<usize>(scratch + X + 32 + k), x1 = load<usize>(scratch + X + 48 + k);
      const upper = a + load<usize>(scratch + Y + 32 + k), lower = a + load<usize>(scratch + Y + 48 + k);
      for (let c = 0; c < channels; c += 4) {
        const at = <usize>c << 2;
        const above = f32x4.add(f32x4.mul(v128.load(upper + x0 + at), w0), f32x4.mul(v128.load(upper + x1 + at), w1));
        const below = f32x4.add(f32x4.mul(v128.load(lower + x0 + at), w0), f32x4.mul(v128.load(lower + x1 + at), w1));
        put(y + at, f32x4.add(f32x4.mul(above, h0), f32x4.mul(below, h1)), channels - c);
      }
      y += <usize>channels << 2;
    }
  }
}
/** Four places of images with one channel. */
@inline
function lone(a: usize): v128 {
  const w0 = v128.load(scratch + X), w1 = v128.load(scratch + X, 16), x0 = v128.load(scratch + X, 32), x1 = v128.load(scratch + X, 48);
  const h0 = v128.load(scratch + Y), h1 = v128.load(scratch + Y, 16), upper = v128.load(scratch + Y, 32), lower = v128.load(scratch + Y, 48);
  const above = f32x4.add(f32x4.mul(pick(a, i32x4.add(upper, x0)), w0), f32x4.mul(pick(a, i32x4.add(upper, x1)), w1));
  const below = f32x4.add(f32x4.mul(pick(a, i32x4.add(lower, x0)), w0), f32x4.mul(pick(a, i32x4.add(lower, x1)), w1));
  return f32x4.add(f32x4.mul(above, h0), f32x4.mul(below, h1));
}
@inline
function pick(a: usize, at: v128): v128 {
  let x = v128.load32_zero(a + i32x4.extract_lane(at, 0));
  x = v128.load32_lane(a + i32x4.extract_lane(at, 1), x, 1);
  x = v128.load32_lane(a + i32x4.extract_lane(at, 2), x, 2);
  return v128.load32_lane(a + i32x4.extract_lane(at, 3), x, 3);
}

/** Adds the gradient of each place to the four pixels around it, by their weights. */
@final class Spread {
  four(a: usize, y: usize, channels: i32, count: i32): void {
    for (let k: usize = 0, end = <usize>count << 2; k < end; k += 4) {
      const w0 = weight(X + k), w1 = weight(X + 16 + k), h0 = weight(Y + k), h1 = weight(Y + 16 + k);
      const x0 = load<usize>(scratch + X + 32 + k), x1 = load<usize>(scratch + X + 48 + k);
      const upper = a + load<usize>(scratch + Y + 32 + k), lower = a + load<usize>(scratch + Y + 48 + k);
      for (let c = 0; c < channels; c += 4) {
        const at = <usize>c << 2, slope = v128.load(y + at), above = f32x4.mul(slope, h0), below = f32x4.mul(slope, h1);
        add(upper + x0 + at, f32x4.mul(above, w0), channels - c);
        add(upper + x1 + at, f32x4.mul(above, w1), channels - c);
        add(lower + x0 + at, f32x4.mul(below, w0), channels - c);
        add(lower + x1 + at, f32x4.mul(below, w1), channels - c);
      }
      y += <usize>channels << 2;
    }
  }
}
@inline
function add(y: usize, x: v128, channels: i32): void {
  put(y, f32x4.add(v128.load(y), x), channels);
}
