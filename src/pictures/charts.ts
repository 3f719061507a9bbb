import { curves, hostLog } from '../index.js';
import { axesOf, type AxesOptions } from './axes.js';
import type { Drawing } from './picture.js';
import { extent } from './scale.js';
import { COLOURS, DASHES, dotOf, element, fitted, label, num, pathOf, widthOf, words } from './svg.js';

/** A line: its y values, and where they stand. */
export interface Line {
  readonly name: string;
  readonly y: readonly number[];
  /** Default 0, 1, 2 … */
  readonly x?: readonly number[];
  /** What lies between two lines is shaded: [lower, upper]. */
  readonly band?: readonly [readonly number[], readonly number[]];
  /** Dots at the values. Default: where there are up to 12. */
  readonly dots?: boolean;
  /** No line between the dots. */
  readonly apart?: boolean;
}
/** A place on an axis with a word at it. */
export interface Mark {
  readonly x: number;
  readonly name: string;
}
export interface LinesShown {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xLog?: boolean;
  readonly yLog?: boolean;
  readonly x?: readonly [number, number];
  readonly y?: readonly [number, number];
  readonly square?: boolean;
  readonly marks?: readonly Mark[];
  readonly note?: string;
}

type Place = readonly [number, number];
/** A line with at most four points for each pixel across: the first, the least, the largest and the last, which look the same. */
function thinned(line: readonly Place[], pixels: number): readonly Place[] {
  if (line.length <= 4 * pixels) return line;
  const kept: Place[] = [];
  for (let from = 0; from < line.length; ) {
    let [to, low, high] = [from, from, from];
    for (; to < line.length && Math.floor(line[to][0]) === Math.floor(line[from][0]); to++) {
      if (line[to][1] < line[low][1]) low = to;
      if (line[to][1] > line[high][1]) high = to;
    }
    const some = new Set([from, Math.min(low, high), Math.max(low, high), to - 1]);
    for (const i of some) kept.push(line[i]);
    from = to;
  }
  return kept;
}

const places = (line: Line): readonly number[] => line.x ?? line.y.map((_, i) => i);

const dotted = (line: Line): boolean => line.dots ?? (line.apart === true || line.y.length <= 12);

export function linesDrawing(shown: LinesShown): Drawing {
  const { title, lines, xLabel, yLabel, xLog, yLog, marks = [], note } = shown;
  const xs = shown.x ?? extent([...lines.flatMap(places), ...marks.map((m) => m.x)], xLog);
  const ys =
    shown.y ??
    extent(
      lines.flatMap((l) => [...l.y, ...(l.band?.[0] ?? []), ...(l.band?.[1] ?? [])]),
      yLog,
    );
  const axes: AxesOptions = {
    x: xs,
    y: ys,
    xLabel: xLabel && (xLog ? `${xLabel} (log)` : xLabel),
    yLabel: yLabel && (yLog ? `${yLabel} (log)` : yLabel),
    xLog,
    yLog,
    square: shown.square,
    padded: !shown.y,
    legend:
      lines.length > 1 || !yLabel
        ? lines.map((line, colour) => ({
            name: line.name,
            colour,
            mark: line.apart ? 'dot' : dotted(line) ? 'both' : 'line',
          }))
        : [],
  };
  const told = lines.slice(0, 8).map((line) => {
    const seen = line.y.filter(Number.isFinite);
    const [low, high] = extent(seen);
    return seen.length
      ? `${line.name}: from ${label(seen[0])} to ${label(seen[seen.length - 1])}, least ${label(low)}, largest ${label(high)}`
      : `${line.name}: no finite value`;
  });
  return {
    title,
    description: [
      `Lines${xLabel ? ` over ${xLabel}` : ''}. ${told.join('; ')}.`,
      ...marks.map((m) => `${m.name}: ${label(m.x)}.`),
      ...(note ? [note] : []),
    ].join(' '),
    height: (width) => Math.max(240, width * (shown.square ? 0.95 : 0.62)),
    svg: (box) => {
      const { x, y, frame, around } = axesOf(box, axes);
      let inside = '';
      for (const [i, line] of lines.entries()) {
        const c = i % COLOURS;
        const at = places(line);
        if (line.band) {
          const [low, high] = line.band.map((values) =>
            values.map((v, k) => [at[k], v] as const).filter(([a, v]) => x.has(a) && y.has(v)),
          );
          const edge = [...high, ...[...low].reverse()].map(([a, v]) => [x.at(a), y.at(v)] as const);
          if (edge.length) inside += element('path', { d: `${pathOf(edge)}Z`, class: `f${c}`, opacity: '0.18' });
        }
      }
      let over = '';
      for (const [i, line] of lines.entries()) {
        const c = i % COLOURS;
        const at = places(line);
        // A gap stays open where a value is not finite.
        const pieces: [number, number][][] = [[]];
        line.y.forEach((v, k) => {
          if (x.has(at[k]) && y.has(v)) pieces[pieces.length - 1].push([x.at(at[k]), y.at(v)]);
          else if (pieces[pieces.length - 1].length) pieces.push([]);
        });
        const d = pieces
          .filter((p) => p.length > 1)
          .map((p) => pathOf(thinned(p, frame.width)))
          .join('');
        if (d && !line.apart)
          inside += element('path', {
            d,
            class: `s${c}`,
            'stroke-width': 2,
            'stroke-linejoin': 'round',
            'stroke-dasharray': DASHES[c],
          });
        if (dotted(line) || !d) for (const [a, b] of pieces.flat()) over += dotOf(a, b, i);
      }
      let last = -Infinity;
      let row = 0;
      for (const { x: value, name } of [...marks].sort((a, b) => a.x - b.x)) {
        if (!x.has(value)) continue;
        const at = x.at(value);
        row = at < last ? row + 1 : 0;
        const wide = widthOf(name);
        last = at + wide + 8;
        const right = at + wide + 6 > frame.x + frame.width;
        inside += element('path', {
          d: pathOf([
            [at, frame.y],
            [at, frame.y + frame.height],
          ]),
          class: 'ri',
          'stroke-dasharray': '4 3',
        });
        const anchor = right ? { 'text-anchor': 'end' } : {};
        over += words(right ? at - 5 : at + 5, frame.y + 12 + 15 * row, name, { class: 'rt rk', ...anchor });
      }
      if (!inside && !over)
        over = words(frame.x + frame.width / 2, frame.y + frame.height / 2, 'no finite values', {
          class: 'rt rq rk',
          'text-anchor': 'middle',
        });
      return around(inside, over);
    },
    text: () => {
      const [low, high] = [xs[0], xs[1]];
      const columns = 60;
      const place = (x: number): number => (xLog ? hostLog(Math.max(x, 1e-300)) : x);
      const share = (x: number): number => (place(x) - place(low)) / (place(high) - place(low) || 1);
      const drawn = lines.slice(0, 8).map((line, i) => {
        const at = places(line);
        const values = Array.from({ length: columns }, (_, k) => {
          const t = k / (columns - 1);
          if (line.apart) {
            const found = at.findIndex((x) => Math.round(share(x) * (columns - 1)) === k);
            return found < 0 ? Number.NaN : line.y[found];
          }
          return valueAt(at.map(share), line.y, t);
        });
        return { name: line.name, mark: '·∘×+*#o^'[i], values };
      });
      if (!drawn.some(({ values }) => values.some(Number.isFinite)))
        return ['no finite values', ...(note ? [note] : [])].join('\n');
      const frame = curves(drawn, columns, 12, { first: label(low), last: label(high), unit: xLabel ?? '' });
      return [
        frame.replace(/ +$/gm, ''),
        ...marks.map((m) => `${m.name}: ${label(m.x)}`),
        ...(note ? [note] : []),
      ].join('\n');
    },
  };
}

/** The value of a line at x, on the straight between its neighbours. */
function valueAt(xs: readonly number[], ys: readonly number[], x: number): number {
  for (let i = 0; i < xs.length; i++) {
    if (xs[i] === x) return ys[i];
    if (i && (xs[i - 1] - x) * (xs[i] - x) < 0)
      return ys[i - 1] + ((ys[i] - ys[i - 1]) * (x - xs[i - 1])) / (xs[i] - xs[i - 1]);
  }
  return Number.NaN;
}

/** A bar with its name. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}
export interface BarsShown {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly unit?: string;
  readonly note?: string;
  /** The largest value that has a place. */
  readonly most?: number;
}
export function barsDrawing({ title, bars, unit = '', note, most }: BarsShown): Drawing {
  const [least, largest] = extent([0, most ?? 0, ...bars.map((b) => b.value)]);
  const span = largest - least || 1;
  const longest = Math.max(...bars.map((b) => widthOf(b.name)), 10);
  return {
    title,
    description: `Bars${unit ? ` of ${unit}` : ''}. ${bars
      .slice(0, 30)
      .map((b) => `${b.name}: ${label(b.value)}`)
      .join('; ')}. ${note ?? ''}`.trim(),
    height: () => 60 + bars.length * 24 + (note ? 20 : 0),
    svg: (box) => {
      const left = Math.min(longest + 8, box.width * 0.4);
      const wide = box.width - left - 54;
      const tall = (box.height - (note ? 20 : 0)) / bars.length;
      const thick = Math.min(18, tall * 0.75);
      const zero = box.x + left + ((0 - least) / span) * wide;
      let out = '';
      bars.forEach(({ name, value }, i) => {
        const y = box.y + tall * (i + 0.5);
        const end = Number.isFinite(value) ? zero + (value / span) * wide : zero;
        if (tall >= 9) out += words(box.x + left - 8, y + 4, fitted(name, left - 6), { 'text-anchor': 'end' });
        const [from, to] = [Math.min(zero, end), Math.max(zero, end)];
        out += element('rect', {
          x: from,
          y: y - thick / 2,
          width: to - from,
          height: thick,
          class: value < 0 ? 'f1' : 'f0',
        });
        if (tall >= 9) out += words(Math.max(zero, end) + 5, y + 4, label(value), { class: 'rt rq' });
      });
      out += element('path', {
        d: pathOf([
          [zero, box.y],
          [zero, box.y + tall * bars.length],
        ]),
        class: 'ra',
      });
      if (note) out += words(box.x, box.y + box.height - 4, fitted(note, box.width), { class: 'rt rq' });
      return out;
    },
    text: () => {
      const name = Math.max(...bars.map((b) => b.name.length));
      const largestSize = Math.max(Math.abs(least), Math.abs(largest)) || 1;
      const lines = bars.map((b) => {
        const length = Number.isFinite(b.value) ? Math.round((Math.abs(b.value) / largestSize) * 40) : 0;
        return `${b.name.padEnd(name)} ${(b.value < 0 ? '░' : '█').repeat(length)} ${label(b.value)}`;
      });
      return [...lines, ...(note ? [note] : [])].join('\n');
    },
  };
}

/** A histogram: edges[i] to edges[i + 1] holds counts[i]. */
export interface Histogram {
  readonly name: string;
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** A word beside it. */
  readonly note?: string;
}
const BLOCKS = ' ▁▂▃▄▅▆▇█';
export function histogramsDrawing(title: string, list: readonly Histogram[]): Drawing {
  const most = (h: Histogram): number => extent([1, ...h.counts])[1];
  return {
    title,
    description: `Histograms. ${list
      .slice(0, 40)
      .map(
        (h) =>
          `${h.name}: from ${label(h.edges[0])} to ${label(h.edges[h.edges.length - 1])}${h.note ? `, ${h.note}` : ''}`,
      )
      .join('; ')}.`,
    height: () => 50 + list.length * 62,
    svg: (box) => {
      const tall = box.height / list.length;
      const left = Math.min(
        box.width * 0.34,
        Math.max(...list.map((h) => Math.max(widthOf(h.name), widthOf(h.note ?? '')))) + 14,
      );
      let out = '';
      list.forEach((h, i) => {
        const [top, bottom] = [box.y + tall * i + 4, box.y + tall * (i + 1) - 20];
        const [first, last] = [h.edges[0], h.edges[h.edges.length - 1]];
        const wide = box.width - left - 8;
        const at = (v: number): number => box.x + left + ((v - first) / (last - first || 1)) * wide;
        let d = '';
        h.counts.forEach((count, k) => {
          if (!(count > 0)) return;
          const high = Math.max(1, (count / most(h)) * Math.max(4, bottom - top));
          const [a, b] = [at(h.edges[k]), at(h.edges[k + 1])];
          d += `M${num(a)} ${num(bottom)}V${num(bottom - high)}H${num(Math.max(a + 0.5, b - 1))}V${num(bottom)}Z`;
        });
        if (d) out += element('path', { d, class: 'f0' });
        if (first < 0 && last > 0)
          out += element('path', {
            d: pathOf([
              [at(0), top],
              [at(0), bottom],
            ]),
            class: 'ri',
            'stroke-dasharray': '2 3',
          });
        out += element('path', {
          d: pathOf([
            [box.x + left, bottom],
            [box.x + left + wide, bottom],
          ]),
          class: 'ra',
        });
        out += words(box.x + left, bottom + 14, label(first), { class: 'rt rq' });
        out += words(box.x + left + wide, bottom + 14, label(last), { class: 'rt rq', 'text-anchor': 'end' });
        const middle = (top + bottom) / 2;
        out += words(box.x, middle + (h.note ? -2 : 4), fitted(h.name, left - 6));
        if (h.note) out += words(box.x, middle + 14, fitted(h.note, left - 6), { class: 'rt rq' });
      });
      return out;
    },
    text: () => {
      const name = Math.max(...list.map((h) => h.name.length));
      return list
        .map((h) => {
          const bars = h.counts.map((c) => BLOCKS[c > 0 ? Math.max(1, Math.round((c / most(h)) * 8)) : 0]).join('');
          return `${h.name.padEnd(name)} ${label(h.edges[0])} ▕${bars}▏ ${label(h.edges[h.edges.length - 1])}${h.note ? `  ${h.note}` : ''}`;
        })
        .join('\n');
    },
  };
}
