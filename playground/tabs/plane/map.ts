import { heat, inner, ofLogit, ofRange, ringsOf } from '../../draw/heat.js';
import type { Frame } from '../../tab.js';
import type { Theme } from '../../theme.js';
import { EDGE } from './points.js';

export const GRID = 64;

/** The points of a frame, which change only when the data do. */
export interface Shown {
  readonly trainX: Float32Array;
  readonly trainY: Float32Array;
  readonly validationX: Float32Array;
  readonly validationY: Float32Array;
  readonly liars: ReadonlySet<number>;
}

/** A shape for each class, so that it does not hang on colour alone: squares and discs. */
function shape(context: CanvasRenderingContext2D, label: number, x: number, y: number, r: number): void {
  context.beginPath();
  if (label) context.arc(x, y, r, 0, 7);
  else context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
}

/** Draws the plane: what the network says everywhere, its boundary, and the points. `unit`: the map is that of a hidden unit. */
export function drawMap(
  context: CanvasRenderingContext2D,
  size: number,
  {
    frame,
    points,
    small,
    unit,
    validation,
    cross,
    kept,
  }: {
    readonly frame: Frame;
    readonly points?: Shown;
    /** A canvas to paint the grid into. */
    readonly small: HTMLCanvasElement;
    readonly unit: boolean;
    readonly validation: boolean;
    readonly cross?: readonly [x: number, y: number];
    /** The output of another run, whose boundary is dashed. */
    readonly kept?: Float32Array;
  },
  theme: Theme,
): void {
  const { map, output = map } = frame.arrays as Record<string, Float32Array>;
  context.clearRect(0, 0, size, size);
  if (map) {
    heat(small, GRID, map, theme, unit ? ofRange(map) : ofLogit);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(small, 0, 0, size, size);
    const scale = size / GRID;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.strokeStyle = theme.text;
    for (const values of kept ? [kept, output] : [output]) {
      context.beginPath();
      context.setLineDash(values === kept ? [5, 5] : []);
      for (const line of inner(ringsOf(values, GRID, 0), GRID))
        line.forEach(([x, y], i) => (i ? context.lineTo(x * scale, y * scale) : context.moveTo(x * scale, y * scale)));
      context.stroke();
    }
  }
  if (!points) return;
  const place = (value: number): number => ((value + EDGE) / (2 * EDGE)) * size;
  const r = Math.max(3, size / 95);
  const { trainX, trainY, validationX, validationY, liars } = points;
  if (validation)
    validationY.forEach((label, i) => {
      shape(context, label, place(validationX[2 * i]), size - place(validationX[2 * i + 1]), 0.72 * r);
      context.lineWidth = 1.25;
      context.strokeStyle = label ? theme.one : theme.zero;
      context.stroke();
    });
  trainY.forEach((label, i) => {
    const [x, y] = [place(trainX[2 * i]), size - place(trainX[2 * i + 1])];
    shape(context, label, x, y, r);
    context.fillStyle = label ? theme.one : theme.zero;
    context.fill();
    context.lineWidth = 1.25;
    context.strokeStyle = theme.page;
    context.stroke();
    if (!liars.has(i)) return;
    context.beginPath();
    context.arc(x, y, r + 3, 0, 7);
    context.lineWidth = 1.75;
    context.strokeStyle = theme.text;
    context.stroke();
  });
  if (!cross) return;
  const [x, y] = [place(cross[0]), size - place(cross[1])];
  context.beginPath();
  for (const [dx, dy] of [
    [9, 0],
    [0, 9],
  ]) {
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
  context.lineWidth = 2;
  context.strokeStyle = theme.text;
  context.stroke();
}
