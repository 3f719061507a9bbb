import { axesOf, type Entry } from './axes.js';
import { levelsOf, outlineOf } from './contour.js';
import { shadeOf } from './grids.js';
import type { Drawing } from './picture.js';
import { COLOURS, DASHES, dotOf, element, fitted, label, num, pathOf, words } from './svg.js';
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
  /** Scores of the classes on a grid, values[class][j][i]: each has the places where its score is the largest. */
  readonly areas?: Omit<Field, 'values'> & { readonly values: readonly Field['values'][] };
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
  /** What may reach beyond the frame. */
  readonly over?: (x: Scale, y: Scale) => string;
  readonly description?: string;
  /** Characters that stand for the shapes in the text. */
  readonly signs?: readonly (readonly [at: Pair, sign: string])[];
}

/** An arrow's head at the end of a line. */
function headOf([x0, y0]: Pair, [x1, y1]: Pair, size = 7): string {
  const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
  if (!(length > 0.5)) return '';
  const [u, v] = [((x1 - x0) / length) * size, ((y1 - y0) / length) * size];
  return `M${num(x1)} ${num(y1)}L${num(x1 - u - v / 2)} ${num(y1 - v + u / 2)}L${num(x1 - u + v / 2)} ${num(y1 - v - u / 2)}Z`;
}

/** The places of each class. Those of later classes are drawn over those of earlier ones, so that no gap is left where several meet. */
function areasOf({ x, y, values }: NonNullable<PlaneShown['areas']>, across: Scale, up: Scale): string {
  const most = (from: number, to: number, j: number, i: number): number => {
    let best = -1e300;
    for (let c = from; c < to; c++) if (values[c][j][i] > best) best = values[c][j][i];
    return best;
  };
  const paths = values.map((_, c) => {
    const ahead = y.map((__, j) => x.map((___, i) => (c ? most(c, values.length, j, i) - most(0, c, j, i) : 1)));
    const d = outlineOf(
      ahead,
      0,
      (i) => across.at(x[i]),
      (j) => up.at(y[j]),
    );
    return d && element('path', { d, class: `f${c % COLOURS} ro`, 'fill-rule': 'evenodd', 'stroke-width': 1.5 });
  });
  return element('g', { opacity: '0.32' }, ...paths);
}

const MARKS = '●▲■◆★✚✖○';
const AREAS = '·:-=+*%#';
/** A part of the plane: areas, lines of equal height, paths with arrows, points. */
export function planeDrawing(shown: PlaneShown): Drawing {
  const { title, domain, field, areas, classes = [], paths = [], points = [], crosses = [], note } = shown;
  const legend: Entry[] = [
    ...(paths.length > 1 || paths[0]?.name ? paths.map(({ name }, colour): Entry => ({ name, colour })) : []),
    ...classes.map((name, colour): Entry => ({ name, colour, mark: 'dot' })),
  ];
  const told = paths.map(({ name, points: way }) => {
    const spoken = (p: readonly number[]): string => `(${p.map((v) => label(v)).join(', ')})`;
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
      const { x, y, around } = axesOf(inner, {
        x: domain[0],
        y: domain[1],
        xLabel: shown.xLabel,
        yLabel: shown.yLabel,
        square: shown.square,
        padded: false,
        boxed: true,
        legend,
      });
      let inside = areas ? areasOf(areas, x, y) : '';
      if (field) {
        const levels = levelsOf(field.values, shown.levels ?? 12);
        for (const level of levels)
          inside += element('path', {
            d: outlineOf(
              field.values,
              level,
              (i) => x.at(field.x[i]),
              (j) => y.at(field.y[j]),
            ),
            class: 'rc',
            'fill-rule': 'evenodd',
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
      const foot = note ? words(box.x, box.y + box.height - 4, fitted(note, box.width), { class: 'rt rq' }) : '';
      return around(inside, (shown.over?.(x, y) ?? '') + foot);
    },
    text: () => {
      const [w, h] = [56, 20];
      const grid = areas ?? field;
      const ranks = field ? levelsOf(field.values, 5) : [];
      const cells = Array.from({ length: h }, (_, row) =>
        Array.from({ length: w }, (_, column) => {
          if (!grid) return ' ';
          const j = Math.round(((h - 1 - row) / (h - 1)) * (grid.y.length - 1));
          const i = Math.round((column / (w - 1)) * (grid.x.length - 1));
          if (areas) {
            const scores = areas.values.map((each) => each[j][i]);
            return AREAS[Math.max(0, scores.indexOf(Math.max(...scores))) % 8];
          }
          const v = (grid as Field).values[j][i];
          return shadeOf(ranks.filter((level) => v >= level).length / Math.max(1, ranks.length));
        }),
      );
      const put = (p: readonly number[], mark: string): void => {
        const column = Math.round(((p[0] - domain[0][0]) / (domain[0][1] - domain[0][0])) * (w - 1));
        const row = h - 1 - Math.round(((p[1] - domain[1][0]) / (domain[1][1] - domain[1][0])) * (h - 1));
        if (row >= 0 && row < h && column >= 0 && column < w) cells[row][column] = mark;
      };
      for (const [at, mark] of shown.signs ?? []) put(at, mark);
      for (const at of crosses) put(at, '+');
      for (const { at, colour } of points) put(at, areas ? String(colour % 10) : MARKS[colour % 8]);
      paths.forEach(({ points: way }, i) => {
        for (const p of way) put(p, MARKS[i % 8]);
      });
      return [
        ...cells.map((row) => row.join('').trimEnd()),
        ...paths.map(({ name }, i) => `${MARKS[i % 8]} ${told[i] ?? name}`),
        ...(classes.length ? [classes.map((name, i) => `${AREAS[i % 8]} ${name}`).join('   ')] : []),
        ...(note ? [note] : []),
      ].join('\n');
    },
  };
}
const limited = (v: number): number => Math.max(-5000, Math.min(9000, v));
