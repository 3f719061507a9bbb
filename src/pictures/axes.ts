import type { Box } from './picture.js';
import { extent, type Scale, scaleOf } from './scale.js';
import { COLOURS, DASHES, dotOf, element, fitted, labels, num, widthOf, words } from './svg.js';

export interface AxesOptions {
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xLog?: boolean;
  readonly yLog?: boolean;
  /** Axes share their unit: circles are round. */
  readonly square?: boolean;
  /** Names of lines above the frame. */
  readonly legend?: readonly Entry[];
  readonly padded?: boolean;
  /** A frame all around, and no lines across it. */
  readonly boxed?: boolean;
}
export interface Entry {
  readonly name: string;
  readonly colour: number;
  /** Default: a line. */
  readonly mark?: 'line' | 'dot' | 'both';
}

/** The legend in as many lines as it needs, and its height. */
function legendOf(entries: readonly Entry[], box: Box): [svg: string, height: number] {
  let [x, y] = [box.x, box.y];
  let out = '';
  for (const { name, colour, mark = 'line' } of entries) {
    const shown = fitted(name, box.width - 30);
    const wide = 28 + widthOf(shown) + 14;
    if (x > box.x && x + wide > box.x + box.width) [x, y] = [box.x, y + 17];
    const c = colour % COLOURS;
    if (mark !== 'dot')
      out += element('path', {
        d: `M${num(x)} ${num(y + 6)}h22`,
        class: `s${c}`,
        'stroke-width': 2,
        'stroke-dasharray': DASHES[c],
      });
    if (mark !== 'line') out += dotOf(x + 11, y + 6, c);
    out += words(x + 28, y + 10, shown);
    x += wide;
  }
  return [out, entries.length ? y - box.y + 22 : 0];
}

export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly frame: Box;
  /** The frame with what is drawn below and above it; what reaches beyond the frame is cut off. */
  around(inside: string, above?: string): string;
}

/** Axes with ticks and labels in a box. */
export function axesOf(box: Box, options: AxesOptions): Axes {
  const { xLabel, yLabel, legend = [] } = options;
  const pad = (domain: readonly [number, number], log = false): readonly [number, number] => {
    const [low, high] = extent(domain, log);
    if (options.padded === false || log || !(high > low)) return [low, high];
    const more = high / 20 - low / 20;
    const limited = (v: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, v));
    return [low >= 0 && low < more * 2 ? Math.min(0, low) : limited(low - more), limited(high + more)];
  };
  const [xs, ys] = [
    options.padded === false ? options.x : extent(options.x, options.xLog),
    pad(options.y, options.yLog),
  ];
  const [named, above] = legendOf(legend, box);
  const top = box.y + above + (yLabel ? 16 : 4);
  const bottom = box.y + box.height - (xLabel ? 36 : 20);
  const rows = Math.max(2, Math.min(6, Math.floor((bottom - top) / 34)));
  const preliminary = scaleOf(ys, bottom, top, options.yLog, rows);
  const margin = Math.max(...labels(preliminary.ticks).map((t) => widthOf(t)), 14) + 10;
  const [left, right] = [box.x + margin, box.x + box.width - 10];
  let frame: Box = { x: left, y: top, width: Math.max(10, right - left), height: Math.max(10, bottom - top) };
  if (options.square) {
    const unit = Math.min(frame.width / (xs[1] - xs[0] || 1), frame.height / (ys[1] - ys[0] || 1));
    const [w, h] = [unit * (xs[1] - xs[0] || 1), unit * (ys[1] - ys[0] || 1)];
    frame = { x: left + (frame.width - w) / 2, y: top + (frame.height - h) / 2, width: w, height: h };
  }
  const columns = Math.max(2, Math.min(8, Math.floor(frame.width / 64)));
  const x = scaleOf(xs, frame.x, frame.x + frame.width, options.xLog, columns);
  const y = scaleOf(ys, frame.y + frame.height, frame.y, options.yLog, rows);
  let lines = named;
  const end = frame.y + frame.height;
  const upright = labels(y.ticks);
  y.ticks.forEach((tick, i) => {
    const at = y.at(tick);
    if (at < frame.y - 0.5 || at > end + 0.5) return;
    const across = options.boxed ? -4 : frame.width;
    lines += element('path', { d: `M${num(frame.x)} ${num(at)}h${num(across)}`, class: options.boxed ? 'ra' : 'rg' });
    lines += words(frame.x - 7, at + 4, upright[i], { class: 'rt rq', 'text-anchor': 'end' });
  });
  let until = -Infinity;
  const level = labels(x.ticks);
  x.ticks.forEach((tick, i) => {
    const at = x.at(tick);
    const half = widthOf(level[i]) / 2;
    if (at < frame.x - 0.5 || at > frame.x + frame.width + 0.5 || at - half < until) return;
    until = at + half + 8;
    lines += element('path', { d: `M${num(at)} ${num(end)}v4`, class: 'ra' });
    const anchor = at + half > box.x + box.width + 8 ? 'end' : 'middle';
    lines += words(anchor === 'end' ? at + 8 : at, end + 17, level[i], { class: 'rt rq', 'text-anchor': anchor });
  });
  const [high, wide] = [num(frame.height), num(frame.width)];
  const edge = element('path', {
    d: `M${num(frame.x)} ${num(frame.y)}v${high}h${wide}${options.boxed ? `v-${high}z` : ''}`,
    class: 'ra',
  });
  if (xLabel)
    lines += words(frame.x + frame.width / 2, end + 32, fitted(xLabel, box.width), { 'text-anchor': 'middle' });
  if (yLabel) lines += words(box.x, frame.y - 8, fitted(yLabel, box.width));
  const around = (inside: string, over = ''): string =>
    lines +
    (options.boxed ? '' : edge) +
    element(
      'svg',
      {
        x: frame.x,
        y: frame.y,
        width: frame.width,
        height: frame.height,
        viewBox: [frame.x, frame.y, frame.width, frame.height].map(num).join(' '),
        overflow: 'hidden',
      },
      inside || element('g', {}),
    ) +
    (options.boxed ? edge : '') +
    over;
  return { x, y, frame, around };
}
