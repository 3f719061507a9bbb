/** Pooling of images [rows = images, h, w, columns = channels]. d points to integers: h, w, output's h, w, window's h, w, strides,
 *  padding before (y, x), and for averages whether the padding counts, and where it ends (y, x). Parts share the images. */
import { Field } from '../layout';
import { loadLanes, storeLanes } from '../simd/lanes';
import { share } from './slice';

const enum D {
  height = 0,
  width = 4,
  rows = 8,
  columns = 12,
  windowY = 16,
  windowX = 20,
  strideY = 24,
  strideX = 28,
  padY = 32,
  padX = 36,
  counted = 40,
  endY = 44,
  endX = 48,
}

/** Visits the part of every window that lies inside the image, four channels at a time. `at` and `out` are the byte
 *  offsets of the window's first pixel and of the output's pixel; `square` is true for a window of 2×2; lines are
 *  `line` bytes apart, pixels `pixel`; `deep` bytes of lines and `wide` bytes of pixels are inside; `area` pixels count
 *  for an average; `channels` channels are left. */
function windows<Op>(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), images = load<i32>(i, Field.rows), channels = load<i32>(i, Field.columns);
  const height = load<i32>(d, D.height), width = load<i32>(d, D.width), rows = load<i32>(d, D.rows), columns = load<i32>(d, D.columns);
  const windowY = load<i32>(d, D.windowY), windowX = load<i32>(d, D.windowX), strideY = load<i32>(d, D.strideY), strideX = load<i32>(d, D.strideX);
  const padY = load<i32>(d, D.padY), padX = load<i32>(d, D.padX), counted = load<i32>(d, D.counted), endY = load<i32>(d, D.endY), endX = load<i32>(d, D.endX), pixel = <usize>channels << 2, line = <usize>width * pixel;
  const first = share(images, part, parts), last = share(images, part + 1, parts);
  const apart = strideY >= windowY && strideX >= windowX, squares = changetype<Op>(0).squares(apart);
  // Adjacent squares that cover the image from the first pixel to the last write every pixel.
  const across = windowX == 2 && strideX == 2 && padX == 0 && columns * 2 == width;
  const down = windowY == 2 && strideY == 2 && padY == 0 && rows * 2 == height;
  if (!squares || !across || !down)
    changetype<Op>(0).begin(i, <usize>(first * height) * line, <usize>((last - first) * height) * line);
  for (let image = first; image < last; image++)
    for (let oy = 0; oy < rows; oy++) {
      const y0 = oy * strideY - padY, top = max(0, y0), tall = min(height, y0 + windowY) - top;
      let out = <usize>((image * rows + oy) * columns) * pixel;
      for (let ox = 0; ox < columns; ox++, out += pixel) {
        const x0 = ox * strideX - padX, left = max(0, x0), broad = min(width, x0 + windowX) - left;
        const at = <usize>(image * height + top) * line + <usize>left * pixel;
        const area = counted ? (min(endY, y0 + windowY) - y0) * (min(endX, x0 + windowX) - x0) : tall * broad, deep = <usize>tall * line, wide = <usize>broad * pixel;
        if (squares && tall == 2 && broad == 2) {
          for (let c = 0; c < channels; c += 4) changetype<Op>(0).square(i, at + (<usize>c << 2), out + (<usize>c << 2), line, pixel, channels - c);
        } else for (let c = 0; c < channels; c += 4)
          changetype<Op>(0).window(i, at + (<usize>c << 2), out + (<usize>c << 2), line, pixel, deep, wide, area, channels - c);
      }
    }
}
@inline
function put(y: usize, x: v128, channels: i32): void {
  if (channels >= 4) v128.store(y, x);
  else storeLanes(y, x, channels);
}
@inline
function add(y: usize, x: v128, channels: i32): void {
  if (channels >= 4) v128.store(y, f32x4.add(v128.load(y), x));
  else storeLanes(y, f32x4.add(loadLanes(y, channels, x), x), channels);
}

/** y: each window's largest value of a. */
@final class Max {
  @inline squares(apart: bool): bool { return true; }
  @inline square(i: usize, at: usize, out: usize, line: usize, pixel: usize, channels: i32): void {
    const p = load<usize>(i, Field.a) + at, q = p + line;
    const upper = f32x4.max(v128.load(p), v128.load(p + pixel)), lower = f32x4.max(v128.load(q), v128.load(q + pixel));
    put(load<usize>(i, Field.y) + out, f32x4.max(upper, lower), channels);
  }
  @inline begin(i: usize, at: usize, bytes: usize): void {}
  @inline window(i: usize, at: usize, out: usize, line: usize, pixel: usize, deep: usize, wide: usize, area: i32, channels: i32): void {
    let most = f32x4.splat(-Infinity), row = load<usize>(i, Field.a) + at;
    for (const bottom = row + deep; row < bottom; row += line)
      for (let p = row, right = row + wide; p < right; p += pixel) most = f32x4.max(most, v128.load(p));
    put(load<usize>(i, Field.y) + out, most, channels);
  }
}
/** y: each window's mean of a. */
@final class Average {
  @inline squares(apart: bool): bool { return false; }
  @inline square(i: usize, at: usize, out: usize, line: usize, pixel: usize, channels: i32): void {}
  @inline begin(i: usize, at: usize, bytes: usize): void {}
  @inline window(i: usize, at: usize, out: usize, line: usize, pixel: usize, deep: usize, wide: usize, area: i32, channels: i32): void {
    let sum = f32x4.splat(0), row = load<usize>(i, Field.a) + at;
    for (const bottom = row + deep; row < bottom; row += line)
      for (let p = row, right = row + wide; p < right; p += pixel) sum = f32x4.add(sum, v128.load(p));
    put(load<usize>(i, Field.y) + out, f32x4.div(sum, f32x4.splat(<f32>area)), channels);
  }
}
/** y: a where b, an image, first has its window's maximum c. */
@final class First {
  @inline squares(apart: bool): bool { return false; }
  @inline square(i: usize, at: usize, out: usize, line: usize, pixel: usize, channels: i32): void {}
  @inline begin(i: usize, at: usize, bytes: usize): void {}
  @inline window(i: usize, at: usize, out: usize, line: usize, pixel: usize, deep: usize, wide: usize, area: i32, channels: i32): void {
    const most = v128.load(load<usize>(i, Field.c) + out), apart = load<usize>(i, Field.b) - load<usize>(i, Field.a);
    let open = i32x4.splat(-1), value = f32x4.splat(0), row = load<usize>(i, Field.a) + at;
    for (const bottom = row + deep; row < bottom; row += line)
      for (let p = row, right = row + wide; p < right; p += pixel) {
        const here = v128.and(open, f32x4.eq(v128.load(p + apart), most));
        open = v128.andnot(open, here);
        value = v128.or(value, v128.and(here, v128.load(p)));
      }
    put(load<usize>(i, Field.y) + out, value, channels);
  }
}
/** y, an image: dy (a) goes to the first pixel of each window where b is its maximum c. */
@final class MaxGradient {
  /** Windows that share no pixel need no addition. */
  @inline squares(apart: bool): bool { return apart; }
  @inline square(i: usize, at: usize, out: usize, line: usize, pixel: usize, channels: i32): void {
    const most = v128.load(load<usize>(i, Field.c) + out), slope = v128.load(load<usize>(i, Field.a) + out);
    const p = load<usize>(i, Field.b) + at, y = load<usize>(i, Field.y) + at;
    let here = f32x4.eq(v128.load(p), most), closed = here;
    put(y, v128.and(here, slope), channels);
    here = v128.andnot(f32x4.eq(v128.load(p + pixel), most), closed);
    closed = v128.or(closed, here);
    put(y + pixel, v128.and(here, slope), channels);
    here = v128.andnot(f32x4.eq(v128.load(p + line), most), closed);
    closed = v128.or(closed, here);
    put(y + line, v128.and(here, slope), channels);
    put(y + line + pixel, v128.and(v128.andnot(f32x4.eq(v128.load(p + line + pixel), most), closed), slope), channels);
  }
  @inline begin(i: usize, at: usize, bytes: usize): void { memory.fill(load<usize>(i, Field.y) + at, 0, bytes); }
  @inline window(i: usize, at: usize, out: usize, line: usize, pixel: usize, deep: usize, wide: usize, area: i32, channels: i32): void {
    const most = v128.load(load<usize>(i, Field.c) + out), slope = v128.load(load<usize>(i, Field.a) + out);
    const apart = load<usize>(i, Field.y) - load<usize>(i, Field.b);
    let open = i32x4.splat(-1), row = load<usize>(i, Field.b) + at;
    for (const bottom = row + deep; row < bottom; row += line)
      for (let p = row, right = row + wide; p < right; p += pixel) {
        const here = v128.and(open, f32x4.eq(v128.load(p), most));
        open = v128.andnot(open, here);
        add(p + apart, v128.and(here, slope), channels);
      }
  }
}
/** y, an image: dy (a) is shared by the pixels of its window. */
@final class AverageGradient {
  @inline squares(apart: bool): bool { return false; }
  @inline square(i: usize, at: usize, out: usize, line: usize, pixel: usize, channels: i32): void {}
  @inline begin(i: usize, at: usize, bytes: usize): void { memory.fill(load<usize>(i, Field.y) + at, 0, bytes); }
  @inline window(i: usize, at: usize, out: usize, line: usize, pixel: usize, deep: usize, wide: usize, area: i32, channels: i32): void {
    const slope = f32x4.div(v128.load(load<usize>(i, Field.a) + out), f32x4.splat(<f32>area));
    let row = load<usize>(i, Field.y) + at;
    for (const bottom = row + deep; row < bottom; row += line)
      for (let p = row, right = row + wide; p < right; p += pixel) add(p, slope, channels);
  }
}

export function maxPool(i: usize, part: i32, parts: i32): void { windows<Max>(i, part, parts); }
export function averagePool(i: usize, part: i32, parts: i32): void { windows<Average>(i, part, parts); }
export function firstPool(i: usize, part: i32, parts: i32): void { windows<First>(i, part, parts); }
export function maxPoolGradient(i: usize, part: i32, parts: i32): void { windows<MaxGradient>(i, part, parts); }
export function averagePoolGradient(i: usize, part: i32, parts: i32): void { windows<AverageGradient>(i, part, parts); }
