import { contours } from 'd3-contour';
import type { Frame } from '../../tab.js';
import type { State } from '../../state.js';
import type { Theme } from '../../theme.js';
import { type Drawn, plot, type Point, thinned, upright } from '../shared/plot.js';
import { arrow, drawing, element, mixed, path, rounded, short, ticks } from '../shared/svg.js';
import { chosen, focusOf, METHODS, type Method, rateKey } from './spec.js';
import { best, type Ground, groundOf, region, startOf } from './surfaces.js';

const COLOURS: Readonly<Record<Theme['name'], readonly string[]>> = {
  light: ['#23272f', '#b3410e', '#8a2fb0', '#0b6e4f', '#1459a8', '#8a5a00'],
  dark: ['#f2f4f8', '#ff9d6b', '#dca6ff', '#58d6a9', '#7fbfff', '#f5cf5b'],
};
const DASHES = ['', '', '7 3', '2 3', '10 3 2 3', '4 2'];
export const colourOf = (method: Method, theme: Theme): string => COLOURS[theme.name][METHODS.indexOf(method)];
export const dashOf = (method: Method): string | undefined => DASHES[METHODS.indexOf(method)] || undefined;

/** The sign of a method at a place: each has another shape. */
export function sign(method: Method, x: number, y: number, r: number, theme: Theme): string {
  const attributes = { fill: colourOf(method, theme), stroke: theme.page, 'stroke-width': 1.5 };
  const corners = [0, 4, 4, 3, 3, 5][METHODS.indexOf(method)];
  const turn = [0, 45, 0, -90, 90, -90][METHODS.indexOf(method)];
  if (!corners) return element('circle', { cx: x, cy: y, r, ...attributes });
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = ((turn + (360 * i) / corners) * Math.PI) / 180;
    return `${rounded(x + 1.25 * r * Math.cos(angle))},${rounded(y + 1.25 * r * Math.sin(angle))}`;
  });
  return element('polygon', { points: points.join(' '), ...attributes });
}

/** Points to a side of the grid on which the surface is drawn, and its number of bands. */
const SIDE = 72;
const BANDS = 16;
const known = new Map<string, string>();

/** The surface as bands of equal area: the deeper, the bluer. */
function ground(state: State, width: number, height: number, theme: Theme): string {
  const key = `${state.surface} ${state.surface === 'bowl' ? state.condition : ''} ${theme.name} ${rounded(width)}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { f, domain } = groundOf(state);
  const [[left, right], [low, high]] = domain;
  const values = Array.from({ length: SIDE * SIDE }, (_, i) =>
    f(left + (((i % SIDE) + 0.5) / SIDE) * (right - left), high - ((Math.floor(i / SIDE) + 0.5) / SIDE) * (high - low)),
  );
  const sorted = [...values].sort((a, b) => a - b);
  const levels = Array.from({ length: BANDS }, (_, i) => sorted[Math.floor((i * sorted.length) / BANDS)]);
  const [sx, sy] = [width / SIDE, height / SIDE];
  const layers = contours()
    .size([SIDE, SIDE])
    .thresholds([...new Set(levels)])(values)
    .map(({ coordinates }, i) => {
      const d = coordinates.flatMap((polygon) =>
        polygon.map((ring) => `${path(ring.map(([x, y]) => [x * sx, y * sy] as const))}Z`),
      );
      const share = i / (BANDS - 1);
      const fill = mixed(theme.map[2], theme.map[1], Math.sqrt(share));
      return element('path', { d: d.join(''), fill, stroke: theme.edge, 'stroke-opacity': '0.35', 'stroke-width': 1 });
    });
  if (known.size > 20) known.clear();
  const made = layers.join('');
  known.set(key, made);
  return made;
}

/** The rule's state in a frame: the numbers that the engine gives for the chosen method. */
export type Numbers = Frame['numbers'];
const two = (numbers: Numbers, name: string): readonly [number, number] => [numbers[`${name}1`], numbers[`${name}2`]];

export interface SurfaceInput {
  readonly state: State;
  readonly frame: Frame | undefined;
  readonly theme: Theme;
  readonly size: number;
}
/** From coordinates to places in a picture. */
export function scaleOf({ domain: [[left, right], [low, high]] }: Ground, size: number) {
  return {
    at: ([x, y]: ArrayLike<number> & Iterable<number>): readonly [number, number] => [
      ((x - left) / (right - left)) * size,
      ((high - y) / (high - low)) * size,
    ],
    x: (share: number): number => left + share * (right - left),
    y: (share: number): number => high - share * (high - low),
    width: right - left,
    height: high - low,
  };
}

/** What stays as it is while methods run: the surface with its extrema and scales. */
export function stage({ state, theme, size }: Omit<SurfaceInput, 'frame'>): string {
  const place = groundOf(state);
  const scale = scaleOf(place, size);
  const mark = (point: readonly [number, number], text: string): string => {
    const [x, y] = scale.at(point);
    return element('path', {
      ...{ d: text, transform: `translate(${rounded(x)} ${rounded(y)})` },
      ...{ stroke: theme.text, 'stroke-width': 2, fill: 'none' },
    });
  };
  const marks = [
    ...place.minima.map((point) => mark(point, 'M-6 0H6M0 -6V6')),
    ...place.saddles.map((point) => mark(point, 'M-5 -5L5 5M-5 5L5 -5')),
  ];
  const [[left, right], [low, high]] = place.domain;
  const scales = [
    ...ticks(left, right, 4).map((x) => {
      const [at] = scale.at([x, 0]);
      return at > 20 && at < size - 20
        ? element('text', { x: at, y: size - 5, 'text-anchor': 'middle' }, short(x))
        : '';
    }),
    ...ticks(low, high, 4).map((y) => {
      const [, at] = scale.at([0, y]);
      return at > 20 && at < size - 20 ? element('text', { x: 5, y: at + 4 }, short(y)) : '';
    }),
  ];
  const text = { fill: theme.text, 'font-size': 11, opacity: '0.75' };
  return `${ground(state, size, size, theme)}${marks.join('')}${element('g', text, scales.join(''))}`;
}

/** Points nearer than this, in pixels, are one. */
const APART = 0.7;
/** The path through the points from … to of one method. What lies on its last line already is left out: a long run has thousands of points
 *  where it stands, or swings to and fro. It is interrupted beyond 50 picture sizes: browsers draw no longer lines. */
function trail(points: Float32Array, from: number, to: number, ground: Ground, size: number): string {
  const [[left, right], [low, high]] = ground.domain;
  const [sx, sy] = [size / (right - left), size / (high - low)];
  let d = '';
  let pen = false;
  let [lastX, lastY, beforeX, beforeY] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  for (let k = from; k <= to; k++) {
    const [x, y] = [(points[2 * k] - left) * sx, (high - points[2 * k + 1]) * sy];
    if (!(Math.abs(x) < 50 * size && Math.abs(y) < 50 * size)) {
      pen = false;
      continue;
    }
    const near = (px: number, py: number): boolean => Math.abs(x - px) < APART && Math.abs(y - py) < APART;
    if (pen && k < to && (near(lastX, lastY) || near(beforeX, beforeY))) continue;
    d += `${pen ? 'L' : 'M'}${Math.round(10 * x) / 10} ${Math.round(10 * y) / 10}`;
    [beforeX, beforeY] = pen ? [lastX, lastY] : [Number.NaN, Number.NaN];
    [lastX, lastY] = [x, y];
    pen = true;
  }
  return d;
}

/** The paths of all methods: thick up to the present step, thin beyond. */
export function paths({ state, frame, theme, size }: SurfaceInput): string {
  if (!frame) return '';
  const place = groundOf(state);
  const scale = scaleOf(place, size);
  const focus = focusOf(state);
  const lines: string[] = [];
  const heads: string[] = [];
  const { step } = frame;
  const points = frame.arrays.points as Float32Array;
  const count = frame.numbers.points;
  chosen(state).forEach((method, i) => {
    if ((i + 1) * count * 2 > points.length) return;
    const own = points.subarray(2 * i * count, 2 * (i + 1) * count);
    const line = (from: number, to: number) => ({
      ...{ d: trail(own, from, to, place, size), fill: 'none', stroke: colourOf(method, theme) },
      'stroke-linejoin': 'round',
    });
    lines.push(element('path', { ...line(step, count - 1), 'stroke-width': 1, opacity: '0.45' }));
    lines.push(
      element('path', {
        ...{ ...line(0, step), 'stroke-dasharray': dashOf(method) },
        'stroke-width': method === focus ? 3 : 2,
      }),
    );
    const [x, y] = scale.at(own.subarray(2 * step, 2 * step + 2));
    if (Math.abs(x) < 50 * size && Math.abs(y) < 50 * size)
      heads.push(sign(method, x, y, method === focus ? 6.5 : 5, theme));
  });
  if (focus && 'point1' in frame.numbers) heads.push(update(state, frame.numbers, focus, scale, size, theme));
  return lines.join('') + heads.join('');
}

/** The surface with the paths, as one picture. */
export const surface = ({ title, ...input }: SurfaceInput & { readonly title: string }): string =>
  drawing(input.size, input.size, title, stage(input) + paths(input));

/** The next update of a method, as arrows: what the gradient asks for, and the step that is made of it; with clipping, the ring. */
function update(
  state: State,
  numbers: Numbers,
  focus: Method,
  scale: ReturnType<typeof scaleOf>,
  size: number,
  theme: Theme,
): string {
  const point = two(numbers, 'point');
  const from = scale.at(point);
  const clear = (x: number): number => Math.max(-20 * size, Math.min(20 * size, x));
  const to = (target: readonly [number, number]): readonly [number, number] => {
    const [x, y] = scale.at(target);
    return [clear(x), clear(y)];
  };
  const rate = Number(state[rateKey(focus)]);
  const plain = focus === 'sgd' || focus === 'momentum' || focus === 'nesterov';
  const parts: string[] = [];
  const back = (name: string): readonly [number, number] => {
    const [gx, gy] = two(numbers, name);
    return [point[0] - rate * gx, point[1] - rate * gy];
  };
  const clip = Number(state.clip);
  if (plain && [...two(numbers, 'gradient'), ...point].every(Number.isFinite)) {
    if (clip) {
      const [rx, ry] = [(rate * clip * size) / scale.width, (rate * clip * size) / scale.height];
      parts.push(
        element('ellipse', {
          ...{ cx: from[0], cy: from[1], rx, ry, fill: 'none', stroke: theme.warning, 'stroke-width': 2 },
          'stroke-dasharray': '5 3',
        }),
      );
      parts.push(arrow(from, to(back('gradient')), { stroke: theme.warning, 'stroke-width': 1.5, opacity: '0.7' }));
    }
    if (focus !== 'sgd') parts.push(arrow(from, to(back('used')), { stroke: theme.warning, 'stroke-width': 2 }));
  }
  parts.push(arrow(from, to(two(numbers, 'next')), { stroke: colourOf(focus, theme) }));
  return parts.join('');
}

/** The heights of all methods over the steps, on a logarithmic scale where the surface has a lowest point. */
export function curve(state: State, frame: Frame, theme: Theme, width: number, height: number, title: string): string {
  const { f, minima, domain } = groundOf(state);
  const log = minima.length > 0;
  const lowest = log ? Math.min(...minima.map((point) => f(...point))) : 0;
  const { values } = frame.arrays;
  const count = frame.numbers.points;
  const methods = chosen(state);
  if (values.length < methods.length * count) return drawing(width, height, title, '');
  const corners = domain[0].flatMap((x) => domain[1].map((y) => f(x, y)));
  const ten = Math.ceil(Math.log10(Math.max(1e-3, f(...startOf(state)) - lowest) * 3));
  const [from, to] = log ? [10 ** (ten - 8), 10 ** ten] : [Math.min(...corners), Math.max(...corners)];
  const input = { width, height, title, theme, x: { from: 0, to: Math.max(1, count - 1) }, y: { from, to, log } };
  const lines = methods.flatMap((method, i): Drawn[] => {
    const own = values.subarray(i * count, (i + 1) * count);
    // Within the picture, so that a line that leaves it runs along its edge.
    const line = (first: number, last: number): Point[] =>
      thinned(own, first, last).map(([k, value]) => [k, Math.min(to, Math.max(from, value - lowest))]);
    const stroke = colourOf(method, theme);
    return [
      { points: line(frame.step, count - 1), stroke, width: 1, opacity: '0.4' },
      {
        ...{ points: line(0, frame.step), stroke, dash: dashOf(method) },
        width: method === focusOf(state) ? 3 : 2,
      },
    ];
  });
  return plot({ ...input, lines, over: upright(input, frame.step, theme.text) });
}

/** The largest rate in the picture of the trapezoid, for a largest curvature. */
export const mostRate = (curvature: number): number => 4.4 / curvature;

/** Momentum on a quadratic: rate to the right, momentum upwards, the region where it converges, and within it the lines of equal speed. */
export function trapezoid(
  [mu, most]: readonly [number, number],
  theme: Theme,
  [width, height]: readonly [number, number],
  words: { readonly title: string; readonly rate: string; readonly momentum: string },
): string {
  const end = mostRate(most);
  const levels = [0.995, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
  const bands = levels.map((level, i) => {
    const corners = region(mu, most, level).map(
      ([rate, momentum]) => `${rounded((rate / end) * width)},${rounded((1 - momentum) * height)}`,
    );
    const fill = mixed(theme.map[1], theme.map[2], Math.min(1, (i + 1) / 8));
    return corners.length
      ? element('polygon', { points: corners.join(' '), fill, stroke: theme.edge, 'stroke-opacity': '0.4' })
      : '';
  });
  // The region: below rate 2(1 + α)/L, which is the line from (2/L, 0) to (4/L, 1).
  const [low, high] = [((2 / most) * width) / end, ((4 / most) * width) / end];
  const inside = `M0 0H${rounded(high)}L${rounded(low)} ${height}H0Z`;
  const outside = `M${rounded(high)} 0H${width}V${height}H${rounded(low)}Z`;
  const id = `hatch-${theme.name}`;
  const hatch = element(
    'pattern',
    { id, width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('path', { d: 'M0 0V8', stroke: theme.edge, 'stroke-width': 1.5, opacity: '0.6' }),
  );
  const optimum = best(mu, most);
  const labels = [
    element('text', { x: width - 6, y: height - 6, 'text-anchor': 'end' }, `${words.rate} →`),
    element('text', { x: 6, y: 16 }, `↑ ${words.momentum}`),
    ...ticks(0, end, 3)
      .slice(1)
      .filter((rate) => rate < 0.7 * end)
      .map((rate) => element('text', { x: (rate / end) * width, y: height - 6, 'text-anchor': 'middle' }, short(rate))),
  ];
  return drawing(
    width,
    height,
    words.title,
    element('defs', {}, hatch) +
      element('path', { d: inside, fill: `rgb(${theme.map[1].join(' ')})` }) +
      bands.join('') +
      element('path', { d: outside, fill: theme.panel }) +
      element('path', { d: outside, fill: `url(#${id})` }) +
      element('path', { d: inside, fill: 'none', stroke: theme.text, 'stroke-width': 2 }) +
      element('circle', {
        ...{ cx: (optimum.rate / end) * width, cy: (1 - optimum.momentum) * height, r: 7, fill: 'none' },
        ...{ stroke: theme.text, 'stroke-width': 2 },
      }) +
      element('g', { 'font-size': 12, fill: theme.text }, labels.join('')),
  );
}

/** Bars from 0 to both sides, in proportion to the roots of their values, with numbers. */
export function bars(
  rows: readonly (readonly [name: string, value: number])[],
  theme: Theme,
  width: number,
  title: string,
): string {
  const most = Math.max(...rows.map(([, value]) => Math.sqrt(Math.abs(value))), 1e-12);
  const [middle, half] = [width / 2, width / 2 - 70];
  const content = rows.map(([name, value], i) => {
    const length = Number.isFinite(value) ? (Math.sqrt(Math.abs(value)) / most) * half : 0;
    const negative = value < 0;
    const y = 4 + 26 * i;
    return (
      element('rect', {
        ...{ x: negative ? middle - length : middle, y, width: length, height: 18, rx: 2 },
        fill: negative ? theme.zero : theme.one,
      }) +
      element(
        'text',
        { x: negative ? middle + 6 : middle - 6, y: y + 14, 'text-anchor': negative ? 'start' : 'end' },
        name,
      ) +
      element(
        'text',
        { x: middle + (negative ? -length - 6 : length + 6), y: y + 14, 'text-anchor': negative ? 'end' : 'start' },
        short(value),
      )
    );
  });
  const height = 26 * rows.length + 4;
  const axis = element('path', { d: `M${rounded(middle)} 0V${height}`, stroke: theme.edge });
  return drawing(width, height, title, element('g', { 'font-size': 13, fill: theme.text }, content.join('') + axis));
}

/** Two squares whose areas are the accumulated squared gradients; the larger one has the same size always. */
export function squares(r: readonly [number, number], theme: Theme, title: string, colour: string): string {
  const size = 84;
  const most = Math.sqrt(Math.max(...r, 1e-30));
  const content = r.map((value, i) => {
    const side = Number.isFinite(value) ? Math.max(1, (Math.sqrt(value) / most) * size) : 0;
    const x = 4 + i * (size + 46);
    return (
      element('rect', {
        ...{ x, y: 4 + size - side, width: side, height: side, fill: colour, 'fill-opacity': '0.35' },
        ...{ stroke: colour, 'stroke-width': 2 },
      }) + element('text', { x, y: size + 22, fill: theme.text, 'font-size': 13 }, `r${'₁₂'[i]} = ${short(value)}`)
    );
  });
  return drawing(2 * size + 90, size + 28, title, content.join(''));
}
