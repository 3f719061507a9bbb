import { html, type TemplateResult } from 'lit';
import type { Theme } from '../../theme.js';
import { drawing, element, path, rounded, short, ticks } from './svg.js';

/** About the most points of a line that are drawn. */
const MOST = 400;
/** The points of a line from one number of its row to another. Of a long one, the smallest and the largest of each stretch, so that its
 *  peaks are seen, and always the last. */
export function thinned(values: ArrayLike<number>, from = 0, to = values.length - 1): Point[] {
  const every = Math.ceil((2 * (to - from + 1)) / MOST);
  const points: Point[] = [];
  const take = (k: number): unknown => points.push([k, values[k]]);
  if (every <= 2) for (let k = from; k <= to; k++) take(k);
  else
    for (let begin = from; begin <= to; begin += every) {
      let [low, high] = [begin, begin];
      const end = Math.min(to, begin + every - 1);
      for (let k = begin; k <= end; k++) {
        if (values[k] < values[low]) low = k;
        if (!(values[k] <= values[high])) high = k;
      }
      take(Math.min(low, high));
      if (low !== high) take(Math.max(low, high));
      if (end === to && Math.max(low, high) < to) take(to);
    }
  return points;
}

/** One direction of a plot. A logarithmic one shows what is not above 0 at its beginning. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
  readonly label?: string;
  /** What stands at 0, 1, 2, … instead of numbers. */
  readonly labels?: readonly (number | string)[];
}
export type Point = readonly [x: number, y: number];
export interface Drawn {
  readonly points: readonly Point[];
  readonly stroke: string;
  readonly dash?: string;
  readonly width?: number;
  readonly opacity?: string;
  /** The radius of a dot at each point; without a line where `width` is 0. */
  readonly dots?: number;
}
export interface PlotInput {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly theme: Theme;
  readonly x: Scale;
  readonly y: Scale;
  readonly lines: readonly Drawn[];
  /** More to draw, within the scales and on top of everything. */
  readonly inside?: string;
  readonly over?: string;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [40, 12, 12, 24];
const along = ({ from, to, log }: Scale, value: number): number => {
  if (!log) return (value - from) / (to - from);
  return Math.log(Math.max(value, from) / from) / Math.log(to / from);
};
type Frame = Pick<PlotInput, 'width' | 'height' | 'x' | 'y'>;
/** Where a point is in a plot. */
export const placeIn = ({ width, height, x, y }: Frame, [a, b]: Point): Point => [
  LEFT + along(x, a) * (width - LEFT - RIGHT),
  height - BOTTOM - along(y, b) * (height - TOP - BOTTOM),
];
/** The point at shares of a plot's width and height. */
export function pointAt({ width, height, x, y }: Frame, right: number, down: number): Point {
  const back = ({ from, to, log }: Scale, share: number): number =>
    log ? from * (to / from) ** share : from + share * (to - from);
  return [
    back(x, (right * width - LEFT) / (width - LEFT - RIGHT)),
    back(y, 1 - (down * height - TOP) / (height - TOP - BOTTOM)),
  ];
}

/** Where the lines of a scale are, with their labels. */
function marks({ from, to, log, labels }: Scale, count: number): readonly (readonly [at: number, label: string])[] {
  if (labels) return labels.map((label, i) => [i, String(label)]);
  if (!log) return ticks(from, to, count).map((at) => [at, short(at)]);
  const [low, high] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const every = Math.ceil((high - low + 1) / (count + 1));
  return ticks(low, high, high - low || 1)
    .filter((ten) => (high - ten) % every === 0)
    .map((ten) => [10 ** ten, Math.abs(ten) < 4 ? short(10 ** ten) : `1e${String(ten).replace('-', '−')}`]);
}

/** Lines and dots over two scales. */
export function plot(input: PlotInput): string {
  const { width, height, title, theme, x, y, lines, inside = '', over = '' } = input;
  const at = (a: number, b: number): Point => placeIn(input, [a, b]);
  const text = (content: string, place: Point, anchor: string): string =>
    element('text', { x: place[0], y: place[1], 'text-anchor': anchor }, content);
  const rows = marks(y, Math.max(2, Math.floor(height / 50))).map(([b, label]) => {
    const [, row] = at(x.from, b);
    const line = element('path', { d: `M${LEFT} ${rounded(row)}H${rounded(width - RIGHT)}`, stroke: theme.line });
    return line + text(label, [LEFT - 5, row + 4], 'end');
  });
  const columns = marks(x, Math.max(2, Math.floor(width / 90))).map(([a, label]) =>
    text(label, [at(a, y.from)[0], height - 8], 'middle'),
  );
  const drawn = lines.map(({ points, stroke, dash, width: thick = 2, opacity, dots }) => {
    const places = points.map(([a, b]) => (Number.isFinite(b) ? at(a, b) : ([Number.NaN, Number.NaN] as const)));
    const look = { fill: 'none', stroke, 'stroke-width': thick, 'stroke-dasharray': dash, opacity };
    const circles = dots
      ? places
          .filter(([cx]) => !Number.isNaN(cx))
          .map(([cx, cy]) => element('circle', { cx, cy, r: dots, fill: stroke, opacity }))
      : [];
    return (thick ? element('path', { ...look, d: path(places), 'stroke-linejoin': 'round' }) : '') + circles.join('');
  });
  const window = { x: LEFT - 6, y: TOP - 6, width: width - LEFT - RIGHT + 12, height: height - TOP - BOTTOM + 12 };
  const box = Object.values(window).map(rounded).join(' ');
  const labels = [
    ...(x.label ? [text(x.label, [width - RIGHT, height - BOTTOM - 5], 'end')] : []),
    ...(y.label ? [text(y.label, [LEFT + 5, TOP + 5], 'start')] : []),
  ];
  return drawing(
    width,
    height,
    title,
    element('g', { 'font-size': 11, fill: theme.muted }, rows.join('') + columns.join('') + labels.join('')) +
      // What is within an inner picture ends at its edges.
      element('svg', { viewBox: box, ...window }, drawn.join('') + inside) +
      over,
  );
}

/** The title of curves of training and validation, with what their looks mean. */
export const keys = (title: string, words: Readonly<Record<string, string>>): TemplateResult =>
  html`${title} <span class="keys" aria-hidden="true"><i></i>${words.training}<i class="validation"></i>${words.validation}</span>`;
/** An upright line at a place. */
export function upright(input: Frame, at: number, stroke: string, dash?: string): string {
  const [x, y] = placeIn(input, [at, input.y.from]);
  return element('path', {
    d: `M${rounded(x)} ${TOP}V${rounded(y)}`,
    stroke,
    opacity: '0.6',
    'stroke-dasharray': dash,
  });
}
