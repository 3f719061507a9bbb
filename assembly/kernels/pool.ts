/** Pooling of images [rows = images, h, w, columns = channels]. d points to integers: h, w, output's h, w, window's h, w, strides,
 *  padding before (y, x), and for averages whether the padding counts. Parts share the images. */
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
}

/** What a kind of pooling does with a window: `first` … `last` are its rows and columns inside of the image. */
@final class Max {
  @inline window(i: usize, a: usize, out: usize, line: usize, pixel: usize, top: i32, bottom: i32, left: i32, right: i32, area: i32): v128 {
    let most = f32x4.splat(-Infinity);
    for (let iy = top; iy < bottom; iy++)
      for (let ix = left; ix < right; ix++) most = f32x4.max(most, v128.load(a + <usize>iy * line + <usize>ix * pixel));
    return most;
  }
}
@final class Average {
  @inline window(i: usize, a: usize, out: usize, line: usize, pixel: usize, top: i32, bottom: i32, left: i32, right: i32, area: i32): v128 {
    let sum = f32x4.splat(0);
    for (let iy = top; iy < bottom; iy++)
      for (let ix = left; ix < right; ix++) sum = f32x4.add(sum, v128.load(a + <usize>iy * line + <usize>ix * pixel));
    return f32x4.div(sum, f32x4.splat(<f32>area));
  }
}

/** a where b, an image, first has its maximum c: the gradient of maxPoolGradient. */
@final class First {
  @inline window(i: usize, a: usize, out: usize, line: usize, pixel: usize, top: i32, bottom: i32, left: i32, right: i32, area: i32): v128 {
    const most = v128.load(load<usize>(i, Field.c) + out), b = load<usize>(i, Field.b) + (a - load<usize>(i, Field.a));
    let open = i32x4.splat(-1), value = f32x4.splat(0);
    for (let iy = top; iy < bottom; iy++)
      for (let ix = left; ix < right; ix++) {
        const at = <usize>iy * line + <usize>ix * pixel, here = v128.and(open, f32x4.eq(v128.load(b + at), most));
        open = v128.andnot(open, here);
        value = v128.or(value, v128.and(here, v128.load(a + at)));
      }
    return value;
  }
}

/** y [images, rows, columns, channels]: each window's value. */
function pool<Op>(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), images = load<i32>(i, Field.rows), channels = load<i32>(i, Field.columns);
  const height = load<i32>(d, D.height), width = load<i32>(d, D.width), rows = load<i32>(d, D.rows), columns = load<i32>(d, D.columns);
  const pixel = <usize>channels << 2, line = <usize>width * pixel;
  for (let image = share(images, part, parts), end = share(images, part + 1, parts); image < end; image++)
    for (let oy = 0; oy < rows; oy++) {
      const y0 = oy * load<i32>(d, D.strideY) - load<i32>(d, D.padY), top = max(0, y0), bottom = min(height, y0 + load<i32>(d, D.windowY));
      for (let ox = 0; ox < columns; ox++) {
        const x0 = ox * load<i32>(d, D.strideX) - load<i32>(d, D.padX), left = max(0, x0), right = min(width, x0 + load<i32>(d, D.windowX));
        const area = load<i32>(d, D.counted) ? load<i32>(d, D.windowY) * load<i32>(d, D.windowX) : (bottom - top) * (right - left);
        const a = load<usize>(i, Field.a) + <usize>(image * height) * line;
        const out = <usize>((image * rows + oy) * columns + ox) * pixel, y = load<usize>(i, Field.y) + out;
        for (let c = 0; c < channels; c += 4) {
          const at = <usize>c << 2, value = changetype<Op>(0).window(i, a + at, out + at, line, pixel, top, bottom, left, right, area);
          if (c + 4 <= channels) v128.store(y + at, value);
          else storeLanes(y + at, value, channels - c);
        }
      }
    }
}
export function maxPool(i: usize, part: i32, parts: i32): void { pool<Max>(i, part, parts); }
export function averagePool(i: usize, part: i32, parts: i32): void { pool<Average>(i, part, parts); }
export function firstPool(i: usize, part: i32, parts: i32): void { pool<First>(i, part, parts); }

/** y, the image's gradient, from a = dy: of a maximum (b the image, c the pooled) to the first element that equals it, of an
 *  average to all alike. */
function scatter(i: usize, part: i32, parts: i32, maximum: bool): void {
  const d = load<usize>(i, Field.d), images = load<i32>(i, Field.rows), channels = load<i32>(i, Field.columns);
  const height = load<i32>(d, D.height), width = load<i32>(d, D.width), rows = load<i32>(d, D.rows), columns = load<i32>(d, D.columns);
  const pixel = <usize>channels << 2, line = <usize>width * pixel, size = <usize>height * line;
  for (let image = share(images, part, parts), end = share(images, part + 1, parts); image < end; image++) {
    const y = load<usize>(i, Field.y) + <usize>image * size, b = load<usize>(i, Field.b) + <usize>image * size;
    memory.fill(y, 0, size);
    for (let oy = 0; oy < rows; oy++) {
      const y0 = oy * load<i32>(d, D.strideY) - load<i32>(d, D.padY), top = max(0, y0), bottom = min(height, y0 + load<i32>(d, D.windowY));
      for (let ox = 0; ox < columns; ox++) {
        const x0 = ox * load<i32>(d, D.strideX) - load<i32>(d, D.padX), left = max(0, x0), right = min(width, x0 + load<i32>(d, D.windowX));
        const area = load<i32>(d, D.counted) ? load<i32>(d, D.windowY) * load<i32>(d, D.windowX) : (bottom - top) * (right - left);
        const out = <usize>((image * rows + oy) * columns + ox) * pixel;
        for (let c = 0; c < channels; c += 4) {
          const at = <usize>c << 2, slope = v128.load(load<usize>(i, Field.a) + out + at);
          if (maximum) first(y + at, b + at, v128.load(load<usize>(i, Field.c) + out + at), slope, line, pixel, top, bottom, left, right, channels - c);
          else all(y + at, f32x4.div(slope, f32x4.splat(<f32>area)), line, pixel, top, bottom, left, right, channels - c);
        }
      }
    }
  }
}
export function maxPoolGradient(i: usize, part: i32, parts: i32): void { scatter(i, part, parts, true); }
export function averagePoolGradient(i: usize, part: i32, parts: i32): void { scatter(i, part, parts, false); }

/** Adds the slope where the window first has its maximum. */
function first(
  y: usize, b: usize, most: v128, slope: v128, line: usize, pixel: usize, top: i32, bottom: i32, left: i32, right: i32, count: i32,
): void {
  let open = i32x4.splat(-1);
  for (let iy = top; iy < bottom; iy++)
    for (let ix = left; ix < right; ix++) {
      const at = <usize>iy * line + <usize>ix * pixel, here = v128.and(open, f32x4.eq(v128.load(b + at), most));
      open = v128.andnot(open, here);
      add(y + at, v128.and(here, slope), count);
    }
}
function all(y: usize, slope: v128, line: usize, pixel: usize, top: i32, bottom: i32, left: i32, right: i32, count: i32): void {
  for (let iy = top; iy < bottom; iy++)
    for (let ix = left; ix < right; ix++) add(y + <usize>iy * line + <usize>ix * pixel, slope, count);
}
@inline
function add(y: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(y, f32x4.add(v128.load(y), x));
  else storeLanes(y, f32x4.add(loadLanes(y, count, x), x), count);
}
