import { contours } from 'd3-contour';
import type { Theme } from '../theme.js';

const SHADES = 256;
const tables = new Map<Theme, Uint32Array>();

/** The colours from −1 to 1 as words of an image: red, green, blue and opacity from the lowest byte on. */
function tableOf(theme: Theme): Uint32Array {
  const known = tables.get(theme);
  if (known) return known;
  const [zero, middle, one] = theme.map;
  const table = Uint32Array.from({ length: SHADES }, (_, i) => {
    const t = (2 * i) / (SHADES - 1) - 1;
    const end = t < 0 ? zero : one;
    const [r, g, b] = middle.map((from, c) => Math.round(from + (end[c] - from) * Math.abs(t)));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
  tables.set(theme, table);
  return table;
}

/** The pixels of a canvas, which are used again for its next picture. */
const images = new WeakMap<HTMLCanvasElement, ImageData>();
function imageOf(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): ImageData {
  const known = images.get(canvas);
  if (known?.width === canvas.width) return known;
  const image = context.createImageData(canvas.width, canvas.height);
  images.set(canvas, image);
  return image;
}

/** Paints a square grid of numbers into a canvas of as many pixels. `squash` maps a number to −1 … 1. `stride` and `offset` choose one
 *  column of a table. */
export function heat(
  canvas: HTMLCanvasElement,
  side: number,
  values: ArrayLike<number>,
  theme: Theme,
  squash: (value: number) => number,
  { stride = 1, offset = 0 } = {},
): void {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = imageOf(canvas, context);
  const words = new Uint32Array(image.data.buffer);
  const table = tableOf(theme);
  for (let i = 0; i < words.length; i++) {
    const t = squash(values[i * stride + offset]);
    words[i] = table[t >= 1 ? SHADES - 1 : t > -1 ? Math.floor(((t + 1) / 2) * (SHADES - 1) + 0.5) : 0];
  }
  context.putImageData(image, 0, 0);
}

/** From a logit to −1 … 1: twice the probability, less 1. */
export const ofLogit = (z: number): number => 2 / (1 + Math.exp(-z)) - 1;
/** From any number to −1 … 1, by the largest of all, or of one column of a table. */
export function ofRange(values: ArrayLike<number>, stride = 1, offset = 0): (value: number) => number {
  let most = 1e-9;
  for (let i = offset; i < values.length; i += stride) most = Math.max(most, Math.abs(values[i]));
  return (value) => value / most;
}

export type Polygon = readonly (readonly [number, number])[];
/** The rings around the points of a grid where the values are above a level, in units of the grid: from 0 to `side`. */
export const ringsOf = (values: Float32Array, side: number, level: number): readonly Polygon[] =>
  contours()
    .size([side, side])
    .contour(values as unknown as number[], level)
    .coordinates.flat() as unknown as readonly Polygon[];

/** The parts of such rings that are not the edge of the grid. */
export function inner(rings: readonly Polygon[], side: number): Polygon[] {
  const lines: [number, number][][] = [];
  const edge = (x: number): boolean => x <= 0.01 || x >= side - 0.01;
  for (const ring of rings) {
    let line: [number, number][] = [];
    for (let i = 1; i < ring.length; i++) {
      const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]];
      const outside =
        (edge(ax) && edge(bx)) || (edge(ay) && edge(by)) || ((edge(ax) || edge(ay)) && (edge(bx) || edge(by)));
      if (outside) {
        if (line.length) lines.push(line);
        line = [];
        continue;
      }
      if (!line.length) line.push([ax, ay]);
      line.push([bx, by]);
    }
    if (line.length) lines.push(line);
  }
  return lines;
}
