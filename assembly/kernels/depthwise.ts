/** Convolutions with one filter for each channel. They are not matrix products: each tap is added along the channels,
 *  which lie side by side. The geometry at d is that of gemm/view.ts; the sums run over the taps in their order. */
import { Field } from '../layout';
import { loadLanes, storeLanes } from '../simd/lanes';
import { scratch } from '../state';
import { finish } from './gemm/epilogue';
import { G, inside } from './gemm/view';
import { share } from './slice';

/** y [rows = places, columns = channels] = activation(Σ over taps of a's pixel · b's row + c). The workspace lists the
 *  taps of a place that lie inside the image, each by the addresses of its pixel and weights. Parts share the lines of
 *  the output. */
export function depthwise(i: usize, part: i32, parts: i32): void {
  const g = load<usize>(i, Field.d), channels = load<i32>(i, Field.columns), pixel = <usize>channels << 2;
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), lines = load<i32>(i, Field.rows) / columns;
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width), kernel = load<i32>(g, G.kernel);
  const tall = load<i32>(i, Field.inner) / kernel, a = load<usize>(i, Field.a), b = load<usize>(i, Field.b);
  const bias = load<usize>(i, Field.c), activation = load<i32>(i, Field.mode) >> 2;
  for (let line = share(lines, part, parts), last = share(lines, part + 1, parts); line < last; line++) {
    const image = line / rows, y0 = (line - image * rows) * load<i32>(g, G.scaleY) + load<i32>(g, G.shiftY);
    const start = load<usize>(i, Field.y) + <usize>(line * columns) * pixel;
    let y = start;
    for (let ox = 0; ox < columns; ox++, y += pixel) {
      const x0 = ox * load<i32>(g, G.scaleX) + load<i32>(g, G.shiftX);
      let end = scratch;
      for (let ky = 0; ky < tall; ky++) {
        const iy = inside(y0 + ky * load<i32>(g, G.tapY), load<i32>(g, G.divideY), height);
        if (iy < 0) continue;
        for (let kx = 0; kx < kernel; kx++) {
          const ix = inside(x0 + kx * load<i32>(g, G.tapX), load<i32>(g, G.divideX), width);
          if (ix < 0) continue;
          store<usize>(end, a + <usize>((image * height + iy) * width + ix) * pixel);
          store<usize>(end, b + <usize>(ky * kernel + kx) * pixel, 4);
          end += 8;
        }
      }
      place(y, end, channels);
    }
    finish(start, pixel, columns, channels, bias, activation);
  }
}
/** Computes the channels of one place from the listed taps. */
function place(y: usize, end: usize, channels: i32): void {
  const zero = f32x4.splat(0);
  let c: usize = 0;
  for (const whole = (<usize>channels & ~15) << 2; c < whole; c += 64) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let tap = scratch; tap < end; tap += 8) {
      const x = load<usize>(tap) + c, w = load<usize>(tap, 4) + c;
      s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(w)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(w, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), v128.load(w, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), v128.load(w, 48)));
    }
    v128.store(y + c, s0);
    v128.store(y + c, s1, 16);
    v128.store(y + c, s2, 32);
    v128.store(y + c, s3, 48);
  }
  for (const all = <usize>channels << 2; c < all; c += 16) {
    let sum = zero;
    for (let tap = scratch; tap < end; tap += 8)
      sum = f32x4.add(sum, f32x4.mul(v128.load(load<usize>(tap) + c), v128.load(load<usize>(tap, 4) + c)));
    const left = <i32>(all - c) >> 2;
    if (left >= 4) v128.store(y + c, sum);
    else storeLanes(y + c, sum, left);
  }
}

/** The gradient for the weights: y [rows = taps, columns = channels] = Σ over the output's lines of Σ along the line of a's pixel ·
 *  dy (b). Parts share the channels, four at a time. */
export function depthwiseWeights(i: usize, part: i32, parts: i32): void {
  const g = load<usize>(i, Field.d), channels = load<i32>(i, Field.columns), taps = load<i32>(i, Field.rows);
  const columns = load<i32>(g, G.columns), rows = load<i32>(g, G.rows), lines = load<i32>(i, Field.inner) / columns;
  const height = load<i32>(g, G.height), width = load<i32>(g, G.width), kernel = load<i32>(g, G.kernel), pixel = <usize>channels << 2;
  const groups = (channels + 3) >> 2, first = share(groups, part, parts) << 2, last = min(channels, share(groups, part + 1, parts) << 2);
  const y = load<usize>(i, Field.y), scale = load<i32>(g, G.scaleX), step = <usize>scale * pixel;
  for (let tap = 0; tap < taps; tap++) memory.fill(y + <usize>tap * pixel + (<usize>first << 2), 0, <usize>(last - first) << 2);
  for (let line = 0; line < lines; line++) {
    const image = line / rows, dy = load<usize>(i, Field.b) + <usize>(line * columns) * pixel;
    for (let tap = 0; tap < taps; tap++) {
      const ky = tap / kernel, kx = tap - ky * kernel;
      const iy = (line - image * rows) * load<i32>(g, G.scaleY) + ky * load<i32>(g, G.tapY) + load<i32>(g, G.shiftY);
      if (<u32>iy >= <u32>height) continue;
      // The places ox whose column ox·scale + shift lies inside the image.
      const shift = kx * load<i32>(g, G.tapX) + load<i32>(g, G.shiftX);
      const low = max(0, (scale - 1 - shift) / scale), high = max(low, min(columns, (width - 1 - shift + scale) / scale));
      const x = load<usize>(i, Field.a) + <usize>((image * height + iy) * width + low * scale + shift) * pixel;
      for (let c = first; c < last; c += 4) {
        const at = <usize>c << 2;
        along(y + <usize>tap * pixel + at, x + at, step, dy + <usize>low * pixel + at, pixel, high - low, last - c);
      }
    }
  }
}
/** y += Σ over `count` places of x · dy, for up to four channels. */
@inline
function along(y: usize, x: usize, step: usize, dy: usize, pixel: usize, count: i32, channels: i32): void {
  let sum = f32x4.splat(0);
  for (; count > 0; count--, x += step, dy += pixel) sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(dy)));
  if (channels >= 4) v128.store(y, f32x4.add(v128.load(y), sum));
  else storeLanes(y, f32x4.add(loadLanes(y, channels, sum), sum), channels);
}
