import { fitted } from '../../draw/canvas.js';
import type { Theme } from '../../theme.js';

/** Where the units of a network stand in its picture. Column 0 are the two inputs, the last is the output. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The side of a unit's map. */
  readonly side: number;
  readonly columns: readonly { readonly x: number; readonly units: readonly { readonly y: number }[] }[];
}

const GAP = 8;
/** Below the hidden layers stand their histograms. */
export const HISTOGRAM = 46;

export function layoutOf(hidden: readonly number[], width: number): Layout {
  const counts = [2, ...hidden, 1];
  const most = Math.max(...counts);
  const side = Math.round(Math.max(24, Math.min(52, (width / counts.length) * 0.62, 460 / most - GAP)));
  const height = most * (side + GAP) - GAP;
  const step = counts.length > 1 ? (width - side) / (counts.length - 1) : 0;
  return {
    width,
    height,
    side,
    columns: counts.map((count, column) => ({
      x: column * step,
      units: Array.from({ length: count }, (_, unit) => ({
        y: height / 2 + (unit - (count - 1) / 2) * (side + GAP) - side / 2,
      })),
    })),
  };
}

/** A unit: 0 is the first hidden layer. */
export type Place = readonly [layer: number, unit: number];
/** How far from a line a click still means it. */
const NEAR = 10;

/** The weight whose line is nearest to a point, by the units that it connects; undefined where there is none near. */
export function edgeAt({ columns, side }: Layout, px: number, py: number): { from: number; to: Place } | undefined {
  let best: { from: number; to: Place } | undefined;
  let least = NEAR;
  columns.slice(1).forEach((column, layer) => {
    const x0 = columns[layer].x + side;
    const share = (px - x0) / (column.x - x0);
    if (share < 0 || share > 1) return;
    // A Bézier curve whose middle points are halfway: x is 3t(1 − t)/2 + t³ of the way where y is 3t² − 2t³.
    let [low, high] = [0, 1];
    for (let i = 0; i < 20; i++) {
      const t = (low + high) / 2;
      if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
      else high = t;
    }
    const rise = low * low * (3 - 2 * low);
    columns[layer].units.forEach(({ y: a }, from) =>
      column.units.forEach(({ y: b }, to) => {
        const distance = Math.abs(a + side / 2 + rise * (b - a) - py);
        if (distance < least) [best, least] = [{ from, to: [layer, to] }, distance];
      }),
    );
  });
  return best;
}

/** Where the weights into a layer begin in the row of all parameters: [inputs, units], then [units] biases. */
export function offsetsOf(hidden: readonly number[]): readonly { readonly weight: number; readonly bias: number }[] {
  let at = 0;
  let inputs = 2;
  return [...hidden, 1].map((units) => {
    const weight = at;
    const bias = at + inputs * units;
    at = bias + units;
    inputs = units;
    return { weight, bias };
  });
}

/** Draws the weights as lines: wide where they are large, blue above 0, orange and dashed below. */
export function drawEdges(
  canvas: HTMLCanvasElement,
  layout: Layout,
  weights: Float32Array,
  hidden: readonly number[],
  chosen: Place | undefined,
  theme: Theme,
): void {
  const { width, height, side, columns } = layout;
  const context = fitted(canvas, width, height);
  context.clearRect(0, 0, width, height);
  const offsets = offsetsOf(hidden);
  for (let column = 1; column < columns.length; column++) {
    const [from, to] = [columns[column - 1], columns[column]];
    const { weight } = offsets[column - 1];
    from.units.forEach(({ y: a }, i) =>
      to.units.forEach(({ y: b }, j) => {
        const w = weights[weight + i * to.units.length + j];
        const size = Math.abs(w);
        if (!(size > 1e-4)) return;
        const own = chosen?.[0] === column - 1 && chosen[1] === j;
        context.globalAlpha = chosen && !own ? 0.15 : Math.min(1, 0.25 + 0.5 * size);
        context.lineWidth = Math.min(6, 0.4 + 1.6 * size);
        context.strokeStyle = w > 0 ? theme.one : theme.zero;
        context.setLineDash(w > 0 ? [] : [6, 3]);
        const [x0, x1] = [from.x + side, to.x];
        const middle = (x0 + x1) / 2;
        context.beginPath();
        context.moveTo(x0, a + side / 2);
        context.bezierCurveTo(middle, a + side / 2, middle, b + side / 2, x1, b + side / 2);
        context.stroke();
      }),
    );
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** Draws how often a layer's units give which value, over all training points. Heights are roots, so that rare values show. */
export function drawHistogram(canvas: HTMLCanvasElement, width: number, counts: Int32Array, theme: Theme): void {
  const height = HISTOGRAM - 16;
  const context = fitted(canvas, width, height);
  context.clearRect(0, 0, width, height);
  let most = 1;
  for (const count of counts) most = Math.max(most, count);
  const bar = width / counts.length;
  context.fillStyle = theme.accent;
  counts.forEach((count, i) => {
    const h = count ? Math.max(1, Math.sqrt(count / most) * (height - 1)) : 0;
    context.fillRect(i * bar, height - h, Math.max(1, bar - 0.5), h);
  });
  context.fillStyle = theme.edge;
  context.fillRect(0, height - 1, width, 1);
}
