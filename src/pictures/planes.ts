import { axesOf, type Entry } from './axes.js';
import { contourOf, levelsOf } from './contour.js';
import { shadeOf } from './grids.js';
import type { Box, Drawing } from './picture.js';
import { COLOURS, DASHES, element, label, num, pathOf, words } from './svg.js';
import type { Scale } from './scale.js';

export type Pair = readonly [number, number];
/** Values of a function on a grid: values[j][i] at (x[i], y[j]). */
export interface Field {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly values: readonly (readonly number[])[];
}
export interface Path {
  readonly name: string;
  readonly points: readonly (readonly number[])[];
}
export interface PlaneShown {
  readonly title: string;
  readonly domain: readonly [Pair, Pair];
  /** Drawn as lines of equal height. */
  readonly field?: Field;
  readonly levels?: number;
  /** A class for each place of a grid, -1 for none. */
  readonly areas?: Field;
  readonly classes?: readonly string[];
  readonly paths?: readonly Path[];
  /** Where colours of the paths begin. */
  readonly points?: readonly { readonly at: Pair; readonly colour: number }[];
  readonly crosses?: readonly Pair[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly square?: boolean;
  readonly note?: string;
  /** What lies over the areas and below the paths. */
  readonly shapes?: (x: Scale, y: Scale) => string;
  readonly description?: string;
}

/** An arrow's head at the end of a line. */
function headOf([x0, y0]: Pair, [x1, y1]: Pair, size = 7): string {
  const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
  if (!(length > 0.5)) return '';
  const [u, v] = [((x1 - x0) / length) * size, ((y1 - y0) / length) * size];
  return `M${num(x1)} ${num(y1)}L${num(x1 - u - v / 2)} ${num(y1 - v + u / 2)}L${num(x1 - u + v / 2)} ${num(y1 - v - u / 2)}Z`;
}

/** Runs of equal cells as rectangles, one path for each class. */
function areasOf({ values }: Field, { x, y, width, height }: Box): string {
  const rows = values.length;
  const columns = values[0].length;
  const [w, h] = [width / columns, height / rows];
  const paths = new Map<number, string>();
  values.forEach((row, j) => {
    for (let i = 0; i < columns; ) {
      let end = i + 1;
      while (end < columns && row[end] === row[i]) end++;
      const top = y + height - (j + 1) * h;
      const d = `M${num(x + i * w)} ${num(top)}H${num(x + end * w)}V${num(top + h)}H${num(x + i * w)}Z`;
      if (row[i] >= 0) paths.set(row[i], (paths.get(row[i]) ?? '') + d);
      i = end;
    }
  });
  return [...paths.keys()]
    .sort((a, b) => a - b)
    .map((c) =>
      element('path', {
        d: paths.get(c),
        class: `f${c % COLOURS}`,
        'fill-opacity': '0.3',
        'shape-rendering': 'crispEdges',
      }),
    )
    .join('');
}

const MARKS = '●▲■◆★✚✖○';
export function dotOf(cx: number, cy: number, colour: number): string {
  const c = colour % COLOURS;
  const more = { class: `f${c} ro`, 'stroke-width': 1 };
  const r = 3.5;
  // Shapes too, for readers that do not see the colours.
  if (c % 3 === 0) return element('circle', { cx, cy, r, ...more });
  const d =
    c % 3 === 1
      ? `M${num(cx)} ${num(cy - 4.4)}L${num(cx + 4.2)} ${num(cy + 3)}H${num(cx - 4.2)}Z`
      : `M${num(cx - r)} ${num(cy - r)}h7v7h-7Z`;
  return element('path', { d, ...more });
}

/** A part of the plane: areas, lines of equal height, paths with arrows, points. */
export function planeDrawing(shown: PlaneShown): Drawing {
  const { title, domain, field, areas, classes = [], paths = [], points = [], crosses = [], note } = shown;
  const legend: Entry[] = [
    ...(paths.length > 1 || paths[0]?.name ? paths.map(({ name }, colour): Entry => ({ name, colour })) : []),
    ...classes.map((name, colour): Entry => ({ name, colour, mark: points.length ? 'dot' : 'area' })),
  ];
  const told = paths.map(({ name, points: way }) => {
    const spoken = (p: readonly number[]): string => `(${p.map(label).join(', ')})`;
    return way.length
      ? `${name || 'Path'}: ${way.length - 1} steps from ${spoken(way[0])} to ${spoken(way[way.length - 1])}`
      : `${name}: no point`;
  });
  return {
    title,
    description: [
      shown.description ??
        `The plane from ${label(domain[0][0])} to ${label(domain[0][1])} and from ${label(domain[1][0])} to ${label(domain[1][1])}.`,
      ...(field ? ['Lines of equal height.'] : []),
      ...(classes.length ? [`Classes: ${classes.join(', ')}.`] : []),
      ...(told.length ? [`${told.join('; ')}.`] : []),
      ...(points.length ? [`${points.length} points.`] : []),
      ...(note ? [note] : []),
    ].join(' '),
    height: (width) => Math.max(280, width * (shown.square ? 0.95 : 0.8)) + 17 * Math.floor(legend.length / 4),
    svg: (box) => {
      const inner = note ? { ...box, height: box.height - 18 } : box;
      const { x, y, frame, around } = axesOf(inner, {
        x: domain[0],
        y: domain[1],
        xLabel: shown.xLabel,
        yLabel: shown.yLabel,
        square: shown.square,
        padded: false,
        legend,
      });
      let inside = areas ? areasOf(areas, frame) : '';
      if (field) {
        const levels = levelsOf(field.values, shown.levels ?? 12);
        const xs = (i: number): number => between(field.x, i);
        const ys = (j: number): number => between(field.y, j);
        levels.forEach((level, k) => {
          const d = contourOf(field.values, level)
            .map((line) => pathOf(line.map(([i, j]) => [x.at(xs(i)), y.at(ys(j))])))
            .join('');
          const strength = 0.25 + (0.6 * k) / Math.max(1, levels.length - 1);
          inside += element('path', { d, class: 'ra', 'stroke-opacity': strength.toFixed(2) });
        });
      }
      inside += shown.shapes?.(x, y) ?? '';
      for (const [a, b] of crosses) {
        const [px, py] = [x.at(a), y.at(b)];
        inside += element('path', {
          d: `M${num(px - 5)} ${num(py)}h10M${num(px)} ${num(py - 5)}v10`,
          class: 'ri',
          'stroke-width': 2,
        });
      }
      for (const { at, colour } of points) inside += dotOf(x.at(at[0]), y.at(at[1]), colour);
      paths.forEach(({ points: way }, i) => {
        const c = i % COLOURS;
        // Far outside a line is not seen, and numbers that are too large would be no coordinates.
        const seen = way
          .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
          .map(([a, b]): Pair => [limited(x.at(a)), limited(y.at(b))]);
        if (!seen.length) return;
        inside += element('path', {
          d: pathOf(seen),
          class: `s${c}`,
          'stroke-width': 2,
          'stroke-linejoin': 'round',
          'stroke-dasharray': DASHES[c],
        });
        const few = Math.max(1, Math.ceil(seen.length / 12));
        const heads = seen
          .map((p, k) => (k && (k % few === 0 || k === seen.length - 1) ? headOf(seen[k - 1], p) : ''))
          .join('');
        if (heads) inside += element('path', { d: heads, class: `f${c}` });
        inside += element('circle', { cx: seen[0][0], cy: seen[0][1], r: 4, class: `s${c} rb`, 'stroke-width': 2 });
        const end = seen[seen.length - 1];
        inside += element('circle', { cx: end[0], cy: end[1], r: 4, class: `f${c} ro` });
      });
      return around(inside, note ? words(box.x, box.y + box.height - 4, note, { class: 'rt rq' }) : '');
    },
    text: () => {
      const [w, h] = [56, 20];
      const grid = areas ?? field;
      const ranks = field ? levelsOf(field.values, 5) : [];
      const cells = Array.from({ length: h }, (_, row) =>
        Array.from({ length: w }, (_, column) => {
          if (!grid) return ' ';
          const j = Math.round(((h - 1 - row) / (h - 1)) * (grid.values.length - 1));
          const v = grid.values[j][Math.round((column / (w - 1)) * (grid.values[j].length - 1))];
          if (areas) return v < 0 ? ' ' : '·:-=+*%#'[v % 8];
          return shadeOf(ranks.filter((level) => v >= level).length / Math.max(1, ranks.length));
        }),
      );
      const put = (p: readonly number[], mark: string): void => {
        const column = Math.round(((p[0] - domain[0][0]) / (domain[0][1] - domain[0][0])) * (w - 1));
        const row = h - 1 - Math.round(((p[1] - domain[1][0]) / (domain[1][1] - domain[1][0])) * (h - 1));
        if (row >= 0 && row < h && column >= 0 && column < w) cells[row][column] = mark;
      };
      for (const { at, colour } of points) put(at, areas ? String(colour % 10) : MARKS[colour % 8]);
      paths.forEach(({ points: way }, i) => {
        for (const p of way) put(p, MARKS[i % 8]);
      });
      return [
        ...cells.map((row) => row.join('').trimEnd()),
        ...paths.map(({ name }, i) => `${MARKS[i % 8]} ${told[i] ?? name}`),
        ...(classes.length ? [classes.map((name, i) => `${'·:-=+*%#'[i % 8]} ${name}`).join('   ')] : []),
        ...(note ? [note] : []),
      ].join('\n');
    },
  };
}
const limited = (v: number): number => Math.max(-5000, Math.min(9000, v));
function between(list: readonly number[], i: number): number {
  const k = Math.min(list.length - 2, Math.floor(i));
  return list[k] + (i - k) * (list[k + 1] - list[k]);
}
