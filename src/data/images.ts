import { DataError, OptionError, UnsupportedError } from '../errors.js';
import { checkKeys, flag, integer } from '../options.js';
import { brief } from './brief.js';
import { Dataset } from './columns.js';
import { type Classes, type TargetLike, targetOf } from './target.js';

/** Pixels of an image, four bytes each: red, green, blue and alpha. Canvases and decoders of image files produce such objects. */
export interface ImagePixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}
/** An ImageBitmap, whose pixels are read by drawing it on a canvas. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

export interface ImageDataOptions {
  /** One target for each image: labels, names of classes or values. */
  labels?: TargetLike;
  /** As in `dataset`. */
  classes?: Classes;
  /** Height and width in pixels, or one number for both. Default: that of the images, which must all be of one size then. */
  size?: number | readonly [height: number, width: number];
  /** 3: red, green and blue; 1: grey, by the weights of ITU-R BT.601. Default 3. */
  channels?: 1 | 3;
  sealed?: boolean;
}

/** The part of OffscreenCanvas that is used; TypeScript declares it for pages only. */
type Canvas = new (
  width: number,
  height: number,
) => {
  /** Null where the host has canvases, but none to draw on, as Deno. */
  getContext(kind: '2d'): {
    drawImage(image: Bitmap, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): ImagePixels;
  } | null;
};

/**
 * Makes a data set of images: x [n, height, width, channels], bytes with scale 1/255. Images are resized to `size` by a triangle
 * filter (bilinear, and smoothed where an image becomes smaller), with the same bytes in every runtime. Alpha is ignored.
 *
 * An image is an ImageData of a canvas, or another object { width, height, data } with four bytes for each pixel; in pages and web workers also
 * an ImageBitmap. Throws a DataError that names the image, counted from 0.
 * @example
 * const red = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 255, 0, 0, 255) }
 * dataset.fromImageData([red, red], { labels: ['stop', 'stop'], classes: ['go', 'stop'], size: 4 }).shape // [4, 4, 3]
 */
export function fromImageData(images: readonly (ImagePixels | Bitmap)[], options: ImageDataOptions = {}): Dataset {
  const where = 'fromImageData';
  checkKeys(where, options, ['labels', 'classes', 'size', 'channels', 'sealed']);
  const { labels, classes, size, channels = 3, sealed } = options;
  if (channels !== 1 && channels !== 3)
    throw new OptionError(`${where}: channels is ${brief(channels)}; it must be 3 or 1`);
  if (!Array.isArray(images) || !images.length)
    throw new DataError(`${where}: images is ${brief(images)}; give a list of at least one ImageData`);
  const sides = Array.isArray(size) ? size : [size, size];
  if (sides.length !== 2)
    throw new OptionError(`${where}: size is ${brief(size)}; give one number, or [height, width]`);
  const first = pixelsOf(where, images[0], 0);
  const [height, width] = [first.height, first.width].map((own, i) =>
    size === undefined ? own : integer(where, 'size', sides[i], 1, MOST_PIXELS),
  );
  const x = new Uint8Array(images.length * height * width * channels);
  // By index: a list may have holes.
  for (let i = 0; i < images.length; i++) {
    const image = i ? pixelsOf(where, images[i], i) : first;
    if (size === undefined && (image.height !== height || image.width !== width))
      throw new DataError(
        `${where}: images[${i}] is ${image.height} × ${image.width} pixels, and images[0] is ${height} × ${width}; give size`,
      );
    write(x.subarray(i * height * width * channels), image, height, width, channels);
  }
  if (labels === undefined && classes !== undefined)
    throw new OptionError(`${where}: classes describes the labels, which are not given`);
  const rows = images.length;
  return new Dataset({
    x,
    shape: [height, width, channels],
    scale: 1 / 255,
    size: rows,
    targets: labels === undefined ? [] : [targetOf(where, { name: '', y: labels, what: 'labels', classes, rows })],
    sealed: flag(where, 'sealed', sealed ?? false),
  });
}
const MOST_PIXELS = 1 << 15;

/** Returns the pixels of an image; a bitmap is drawn first. */
function pixelsOf(where: string, image: unknown, i: number): ImagePixels {
  const { width, height, data, close } = Object(image) as Partial<ImagePixels & Bitmap>;
  const isSide = (n: unknown): boolean => Number.isInteger(n) && (n as number) > 0;
  const { OffscreenCanvas } = globalThis as { OffscreenCanvas?: Canvas };
  if (isSide(width) && isSide(height)) {
    const [w, h] = [width as number, height as number];
    if ((data instanceof Uint8Array || data instanceof Uint8ClampedArray) && data.length === 4 * w * h)
      return image as ImagePixels;
    if (data instanceof Uint8Array || data instanceof Uint8ClampedArray)
      throw new DataError(
        `${where}: images[${i}] has ${data.length} bytes, and ${w} × ${h} pixels need ${4 * w * h}: red, green, blue and alpha for each`,
      );
    if (data === undefined && typeof close === 'function') {
      try {
        const context = OffscreenCanvas && new OffscreenCanvas(w, h).getContext('2d');
        context?.drawImage(image as Bitmap, 0, 0);
        if (context) return context.getImageData(0, 0, w, h);
      } catch (cause) {
        throw new DataError(`${where}: images[${i}] cannot be drawn: ${(cause as Error).message}`, { cause });
      }
      throw new UnsupportedError(`${where}: images[${i}] is a bitmap, and there is no canvas here; give ImageData`);
    }
  }
  throw new DataError(
    `${where}: images[${i}] is ${brief(image)}; give an ImageData: { width, height, data } with 4 bytes (RGBA) for each of its pixels`,
  );
}

/** Computes a triangle filter that resizes a side of `from` pixels to `to`: for each new pixel the first old one and the weights from there on. */
function shares(from: number, to: number): { begin: number; weights: Float64Array }[] {
  const reach = Math.max(1, from / to);
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to;
    const begin = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: end - begin }, (__, j) =>
      Math.max(0, 1 - Math.abs(begin + j + 0.5 - centre) / reach),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    return { begin, weights: weights.map((w) => w / total) };
  });
}

/** Resizes an image into bytes [height, width, channels]: along x first, then along y, rounded once. */
function write(into: Uint8Array, image: ImagePixels, height: number, width: number, channels: 1 | 3): void {
  const { width: w, height: h, data } = image;
  const [columns, rows] = [shares(w, width), shares(h, height)];
  const lines = new Float64Array(h * width * channels);
  for (let line = 0; line < h; line++)
    columns.forEach(({ begin, weights }, column) => {
      const at = (line * width + column) * channels;
      for (let j = 0; j < weights.length; j++) {
        const from = 4 * (line * w + begin + j);
        if (channels === 1)
          lines[at] += weights[j] * (0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2]);
        else for (let c = 0; c < 3; c++) lines[at + c] += weights[j] * data[from + c];
      }
    });
  const length = width * channels;
  rows.forEach(({ begin, weights }, row) => {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += weights[j] * lines[(begin + j) * length + i];
      into[row * length + i] = Math.floor(sum + 0.5);
    }
  });
}
