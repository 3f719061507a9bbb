import {
  type AnyModel,
  built,
  checkKeys,
  checkModel,
  compile,
  concat,
  Dataset,
  DataError,
  LeakageError,
  type NearestNeighbors,
  OptionError,
  refuse,
  reshape,
  ShapeError,
  shown,
  slice,
  flag,
  integer,
  isTensor,
  positive,
  type Tensor,
  tensor,
} from '../index.js';
import {
  type Bar,
  barsDrawing,
  type Histogram,
  histogramsDrawing,
  type Line,
  linesDrawing,
  type Mark,
} from './charts.js';
import { ellipseOf, heightOf, radiusFor, voronoiCells, within } from './geometry.js';
import { heatmapDrawing, imagesDrawing } from './grids.js';
import { networkDrawing } from './network.js';
import { checkOptions, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { type Field, type Pair, type Path, planeDrawing } from './planes.js';
import { extent } from './scale.js';
import { COLOURS, element, label, num, pathOf, words } from './svg.js';

/** More numbers, cells or points than this are no picture any more. */
const MOST = 1_000_000;
const isList = (x: unknown): x is ArrayLike<unknown> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));
export const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;

/** A list of numbers, among which there may be NaN. */
function numbers(where: string, name: string, value: unknown, length?: number): number[] {
  if (!isList(value) || !value.length || value.length > MOST) return refuse(where, name, value, 'a list of numbers');
  const list = Array.from(value);
  const wrong = list.findIndex((v) => typeof v !== 'number');
  if (wrong >= 0) return refuse(where, `${name}[${wrong}]`, list[wrong], 'a number');
  if (length !== undefined && list.length !== length)
    throw new OptionError(`${where}: ${name} has ${list.length} numbers; there must be ${length}`);
  return list as number[];
}
const word = (where: string, name: string, value: unknown): string =>
  typeof value === 'string' ? value : refuse(where, name, value, 'text');
const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : read(value);
function items<T>(
  where: string,
  name: string,
  value: unknown,
  what: string,
  read: (item: Record<string, unknown>, at: string) => T,
): T[] {
  if (!Array.isArray(value) || !value.length || value.length > 10_000)
    return refuse(where, name, value, `a list of ${what}`);
  return Array.from(value as unknown[], (item, i) =>
    isObject(item) ? read(item, `${name}[${i}]`) : refuse(where, `${name}[${i}]`, item, what),
  );
}
function pairOf(where: string, name: string, value: unknown): Pair {
  const [a, b] = numbers(where, name, value, 2);
  return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : refuse(where, name, value, 'two finite numbers');
}
function domainOf(where: string, value: unknown): [Pair, Pair] {
  if (!Array.isArray(value) || value.length !== 2)
    return refuse(where, 'domain', value, '[[least x, largest x], [least y, largest y]]');
  return [0, 1].map((i) => {
    const [low, high] = pairOf(where, `domain[${i}]`, value[i]);
    return low < high && Number.isFinite(high - low)
      ? ([low, high] as const)
      : refuse(where, `domain[${i}]`, value[i], '[least, largest]');
  }) as [Pair, Pair];
}

export interface LinesOptions extends PictureOptions {
  /** What the axes show. */
  xLabel?: string;
  yLabel?: string;
  /** Logarithmic axes, on which only positive numbers have a place. Default false. */
  xLog?: boolean;
  yLog?: boolean;
  /** Vertical lines with a word. */
  marks?: readonly Mark[];
}
/** Draws lines over an axis, with bands where they have one. Where a value is not finite the line has a gap. Throws an OptionError for
 *  lists of different lengths.
 *  @example pictures.lines([{ name: 'loss', y: [3, 2, 1] }]).svg().startsWith('<svg') // true */
export function lines(list: readonly Line[], options: LinesOptions = {}): Picture {
  const where = 'pictures.lines';
  const base = checkOptions(where, options, ['xLabel', 'yLabel', 'xLog', 'yLog', 'marks']);
  const read = items(where, 'lines', list, '{ name, y, x? }', (item, at): Line => {
    const y = numbers(where, `${at}.y`, item.y);
    const of = (name: string, value: unknown): number[] => numbers(where, `${at}.${name}`, value, y.length);
    if (item.band !== undefined && (!Array.isArray(item.band) || item.band.length !== 2))
      refuse(where, `${at}.band`, item.band, 'two lists, [lower, upper]');
    return {
      name: word(where, `${at}.name`, item.name),
      y,
      x: optional(item.x, (x) => of('x', x)),
      band: optional(
        item.band,
        (band) => [of('band[0]', (band as unknown[])[0]), of('band[1]', (band as unknown[])[1])] as const,
      ),
      dots: optional(item.dots, (v) => flag(where, `${at}.dots`, v)),
      apart: optional(item.apart, (v) => flag(where, `${at}.apart`, v)),
    };
  });
  const { xLabel, yLabel, xLog, yLog, marks } = options;
  return pictureOf(
    linesDrawing({
      title: 'Lines',
      lines: read,
      xLabel: optional(xLabel, (v) => word(where, 'xLabel', v)),
      yLabel: optional(yLabel, (v) => word(where, 'yLabel', v)),
      xLog: optional(xLog, (v) => flag(where, 'xLog', v)),
      yLog: optional(yLog, (v) => flag(where, 'yLog', v)),
      marks: optional(marks, (v) =>
        items(where, 'marks', v, '{ x, name }', (m, at) => ({
          x: typeof m.x === 'number' ? m.x : refuse(where, `${at}.x`, m.x, 'a number'),
          name: word(where, `${at}.name`, m.name),
        })),
      ),
    }),
    base,
  );
}

/** Draws a bar for each value.
 *  @example pictures.bars([{ name: 'a', value: 2 }, { name: 'b', value: 3 }]).text() */
export function bars(list: readonly Bar[], options: PictureOptions = {}): Picture {
  const where = 'pictures.bars';
  const base = checkOptions(where, options);
  const read = items(where, 'bars', list, '{ name, value }', (item, at) => ({
    name: word(where, `${at}.name`, item.name),
    value: typeof item.value === 'number' ? item.value : refuse(where, `${at}.value`, item.value, 'a number'),
  }));
  return pictureOf(barsDrawing({ title: 'Bars', bars: read }), base);
}

/** Draws histograms below one another: edges[i] to edges[i + 1] holds counts[i].
 *  @example pictures.histograms([{ name: 'first layer', edges: [-1, 0, 1], counts: [3, 5] }]).text() */
export function histograms(list: readonly Histogram[], options: PictureOptions = {}): Picture {
  const where = 'pictures.histograms';
  const base = checkOptions(where, options);
  const read = items(where, 'histograms', list, '{ name, edges, counts }', (item, at) => {
    const counts = numbers(where, `${at}.counts`, item.counts);
    return {
      name: word(where, `${at}.name`, item.name),
      counts,
      edges: numbers(where, `${at}.edges`, item.edges, counts.length + 1),
      note: optional(item.note, (v) => word(where, `${at}.note`, v)),
    };
  });
  return pictureOf(histogramsDrawing('Histograms', read), base);
}

function rowsOf(where: string, name: string, value: unknown): number[][] {
  const nested = isTensor(value) ? (value.toArray() as unknown) : value;
  if (!Array.isArray(nested) || !nested.length || nested.length > MOST)
    return refuse(where, name, value, 'rows of numbers');
  const first = numbers(where, `${name}[0]`, nested[0]);
  if (nested.length * first.length > 40_000)
    throw new ShapeError(`${where}: ${name} has ${nested.length} × ${first.length} numbers; up to 40,000 can be drawn`);
  return Array.from(nested as unknown[], (row, i) => numbers(where, `${name}[${i}]`, row, first.length));
}
const namesOf = (where: string, name: string, value: unknown, length: number): string[] => {
  if (!Array.isArray(value) || value.length !== length) return refuse(where, name, value, `a list of ${length} names`);
  return Array.from(value as unknown[], (v, i) => word(where, `${name}[${i}]`, v));
};

export interface HeatmapOptions extends PictureOptions {
  /** The names of rows and columns. Default: their numbers, from 0. */
  rows?: readonly string[];
  columns?: readonly string[];
  /** Whether numbers stand in the cells. Default: where they have room. */
  numbers?: boolean;
}
/** Draws rows of numbers as cells, whose colour is deeper for larger values.
 *  @example pictures.heatmap([[1, 2], [3, 4]]).text() */
export function heatmap(values: Tensor | readonly (readonly number[])[], options: HeatmapOptions = {}): Picture {
  const where = 'pictures.heatmap';
  const base = checkOptions(where, options, ['rows', 'columns', 'numbers']);
  const read = rowsOf(where, 'values', values);
  return pictureOf(
    heatmapDrawing({
      title: 'Heat map',
      values: read,
      rows: optional(options.rows, (v) => namesOf(where, 'rows', v, read.length)),
      columns: optional(options.columns, (v) => namesOf(where, 'columns', v, read[0].length)),
      numbers: optional(options.numbers, (v) => flag(where, 'numbers', v)),
    }),
    base,
  );
}

/** A function of two numbers: of a vector [2] as `surfaces` have it, one of them, or its values on a grid. */
export type Height =
  | ((x: Tensor) => Tensor)
  | { readonly f: (x: Tensor) => Tensor; readonly domain?: readonly [Pair, Pair]; readonly minima?: readonly Pair[] }
  | Field;
/** The places along each side of a grid on which functions are evaluated. */
const GRID = 60;
const spaced = ([low, high]: Pair, n: number): number[] =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

/** The values of a function on a grid over a domain. */
export function fieldOf(where: string, f: (x: Tensor) => Tensor, [across, up]: readonly [Pair, Pair]): Field {
  const [x, y] = [spaced(across, GRID), spaced(up, GRID)];
  // A row of places in one program, because a call takes longer than what most functions compute.
  const program = compile((places: Tensor) =>
    concat(
      x.map((_, i) => {
        const value: unknown = f(slice(places, [2 * i], [2 * i + 2]));
        if (!isTensor(value) || value.size !== 1)
          throw new OptionError(
            `${where}: the function returned ${shown(value)}; it must return one number, as a tensor`,
          );
        return reshape(value, [1]);
      }),
    ),
  );
  try {
    return { x, y, values: y.map((b) => Array.from(program(tensor(x.flatMap((a) => [a, b]))).data())) };
  } finally {
    program.dispose();
  }
}

const SQUARE: readonly [Pair, Pair] = [
  [-1, 1],
  [-1, 1],
];
function heightsOf(where: string, given: unknown, domain: readonly [Pair, Pair] | undefined) {
  if (typeof given === 'function') {
    const of = domain ?? SQUARE;
    return { domain: of, field: fieldOf(where, given as (x: Tensor) => Tensor, of), minima: [] };
  }
  if (isObject(given) && typeof given.f === 'function') {
    const of = domain ?? (given.domain === undefined ? SQUARE : domainOf(where, given.domain));
    const minima = Array.isArray(given.minima) ? given.minima.map((m, i) => pairOf(where, `minima[${i}]`, m)) : [];
    return { domain: of, field: fieldOf(where, given.f as (x: Tensor) => Tensor, of), minima };
  }
  if (!isObject(given) || !('values' in given))
    return refuse(where, 'f', given, 'a function of a vector of two numbers, one of surfaces, or { x, y, values }');
  const values = rowsOf(where, 'values', given.values);
  const x = numbers(where, 'x', given.x, values[0].length);
  const y = numbers(where, 'y', given.y, values.length);
  for (const [name, list] of [
    ['x', x],
    ['y', y],
  ] as const)
    if (list.length < 2 || !list.every((v, i) => Number.isFinite(v) && (!i || v > list[i - 1])))
      refuse(where, name, list, 'at least two ascending numbers');
  const of =
    domain ??
    ([
      [x[0], x[x.length - 1]],
      [y[0], y[y.length - 1]],
    ] as const);
  return { domain: of, field: { x, y, values }, minima: [] };
}
function pathsOf(where: string, value: unknown): Path[] {
  return items(where, 'paths', value, '{ name, points }', (item, at) => {
    const { points } = item;
    if (!Array.isArray(points) || !points.length)
      return refuse(where, `${at}.points`, points, 'a list of points [x, y]');
    return {
      name: item.name === undefined ? '' : word(where, `${at}.name`, item.name),
      points: points.map((p, i) => numbers(where, `${at}.points[${i}]`, p, 2)),
    };
  });
}

export interface ContoursOptions extends PictureOptions {
  /** The part of the plane: [[least x, largest x], [least y, largest y]]. Default: the surface's own, else −1 to 1. */
  domain?: readonly [Pair, Pair];
  /** How many lines of equal height, at most. They share the values evenly. Default 12. */
  levels?: number;
  /** Paths over them, from a ring to a dot, with arrows. */
  paths?: readonly Path[];
}
/** Draws lines of equal height, and paths over them. Minima that a surface knows are crosses.
 *  @example pictures.contours(surfaces.rosenbrock).svg().includes('<path') // true */
export function contours(f: Height, options: ContoursOptions = {}): Picture {
  const where = 'pictures.contours';
  const base = checkOptions(where, options, ['domain', 'levels', 'paths']);
  const domain = optional(options.domain, (v) => domainOf(where, v));
  const { levels } = options;
  if (levels !== undefined) integer(where, 'levels', levels, 1, 100);
  const paths = optional(options.paths, (v) => pathsOf(where, v));
  const { minima, ...found } = heightsOf(where, f, domain);
  return pictureOf(planeDrawing({ title: 'Contours', ...found, crosses: minima, levels, paths }), base);
}

/** The part of the plane that holds points, with a margin. */
export function around(points: readonly (readonly number[])[], share = 0.1): [Pair, Pair] {
  return [0, 1].map((k) => {
    const [low, high] = extent(points.map((p) => p[k]));
    const more = (high - low) * share || Math.abs(low) * share || 1;
    return [low - more, high + more] as const;
  }) as [Pair, Pair];
}

export interface PathsOptions extends PictureOptions {
  /** The part of the plane: [[least x, largest x], [least y, largest y]]. Default: what holds the points. */
  domain?: readonly [Pair, Pair];
  /** A function or surface whose lines of equal height are drawn below the paths. */
  f?: Height;
}
/** Draws paths in the plane, from a ring to a dot, with arrows: of optimizers, for instance. `f`, if given, is drawn below them.
 *  @example pictures.paths([{ name: 'sgd', points: [[1, 2], [0.5, 1], [0.2, 0.3]] }]).text() */
export function paths(list: readonly Path[], options: PathsOptions = {}): Picture {
  const where = 'pictures.paths';
  const base = checkOptions(where, options, ['domain', 'f']);
  const read = pathsOf(where, list);
  const domain = optional(options.domain, (v) => domainOf(where, v)) ?? around(read.flatMap((p) => p.points));
  const below = options.f === undefined ? undefined : heightsOf(where, options.f, domain);
  return pictureOf(
    planeDrawing({ title: 'Paths', domain, field: below?.field, crosses: below?.minima, paths: read }),
    base,
  );
}

/** Any model with a method that answers rows [n, features] with values or classes. */
export interface Predicting {
  predict(x: never): unknown;
}
/** The answers of a model to rows: the scores of each class, scores[class][row], or values, [values]. */
function answers(where: string, model: Predicting, rows: readonly (readonly number[])[], data: Dataset): number[][] {
  const x = tensor(rows as number[][]) as never;
  const out: unknown = model.predict(x);
  if (!isTensor(out)) throw new OptionError(`${where}: the model has several outputs; give one with one`);
  const values = out.data();
  const width = values.length / rows.length;
  const column = (k: number): number[] => rows.map((_, i) => values[i * width + k]);
  if (data.kind !== 'classes') return [column(0)];
  if (width > 1) return Array.from({ length: width }, (_, k) => column(k));
  const only = column(0);
  // One number, whose sign tells the class; or labels, behind which there may be probabilities.
  if (out.shape.length > 1) return [only.map((v) => -v), only];
  const { probabilities } = (model as { classify?(x: never): { probabilities?: unknown } }).classify?.(x) ?? {};
  const all = isTensor(probabilities) && probabilities.size === rows.length * data.classes ? probabilities.data() : [];
  return Array.from({ length: data.classes }, (_, c) =>
    only.map((v, i) => all[i * data.classes + c] ?? (v === c ? 1 : 0)),
  );
}
/** The most points of a data set that are drawn. */
const POINTS = 400;
const chosen = (n: number): number[] => {
  const step = Math.max(1, Math.ceil(n / POINTS));
  return Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
};
function classNames(data: Dataset): string[] {
  const { classes } = data;
  return Array.from({ length: Math.min(classes, COLOURS) }, (_, c) => data.classNames?.[c] ?? `class ${c}`);
}

/** Draws what a model answers over the plane of a data set's two features, and the rows in it: areas of classes, or heights of a value.
 *  Of one feature it draws the rows and the fitted curve. A model of raw numbers is any with `predict`. Throws a ShapeError for other
 *  numbers of features, a LeakageError for a sealed set.
 *  @example pictures.regions(nearestNeighbors({ k: 3 }).fit(train), train).text() */
export function regions(model: AnyModel | Predicting, data: Dataset, options: PictureOptions = {}): Picture {
  const where = 'pictures.regions';
  const base = checkOptions(where, options);
  if (typeof (model as Predicting | undefined)?.predict !== 'function')
    refuse(where, 'model', model, 'a model with predict(x)');
  const size = checkPlane(where, data);
  const asked = model as Predicting;
  const seen = chosen(data.size);
  const scale = data.scale ?? 1;
  const at = (row: number, k: number): number => data.x[row * size + k] * scale;
  if (size === 1) {
    const [[low, high]] = around(
      seen.map((i) => [at(i, 0), 0]),
      0.05,
    );
    const x = spaced([low, high], 200);
    const [y] = answers(
      where,
      asked,
      x.map((v) => [v]),
      data,
    );
    const rows = seen.map((i) => [at(i, 0), data.y[i * (data.y.length / data.size)]]);
    return pictureOf(
      linesDrawing({
        title: 'Fitted curve',
        lines: [
          { name: 'model', x, y },
          { name: 'rows', x: rows.map((p) => p[0]), y: rows.map((p) => p[1]), apart: true },
        ],
        xLabel: 'x',
        // A curve that leaves the rows far behind does not hide them.
        y: around(rows, 0.3)[1],
      }),
      base,
    );
  }
  const domain = around(
    seen.map((i) => [at(i, 0), at(i, 1)]),
    0.08,
  );
  const [x, y] = [spaced(domain[0], 72), spaced(domain[1], 60)];
  const found = answers(
    where,
    asked,
    y.flatMap((b) => x.map((a) => [a, b])),
    data,
  );
  const grids = found.map((list) => y.map((_, j) => list.slice(j * x.length, (j + 1) * x.length)));
  const labels = data.kind === 'classes';
  return pictureOf(
    planeDrawing({
      title: labels ? 'Decision regions' : 'Predictions',
      domain,
      ...(labels
        ? { areas: { x, y, values: grids }, classes: classNames(data) }
        : { field: { x, y, values: grids[0] } }),
      points: seen.map((i) => ({ at: [at(i, 0), at(i, 1)] as const, colour: labels ? data.y[i] : 0 })),
      xLabel: 'x₁',
      yLabel: 'x₂',
    }),
    base,
  );
}
/** Checks a data set with one or two features and returns their number. */
function checkPlane(where: string, data: Dataset, two = false): number {
  if (!(data instanceof Dataset)) throw new DataError(`${where}: the data are ${shown(data)}; give a data set`);
  refuseSealed(where, data);
  const [size] = data.shape;
  if (data.shape.length !== 1 || !(size === 2 || (size === 1 && !two)))
    throw new ShapeError(
      `${where}: a row of the data has the shape [${data.shape.join(', ')}]; ${two ? 'two features' : 'one or two features'} can be drawn`,
    );
  if (data.targets.length !== 1)
    throw new DataError(`${where}: the data have ${data.targets.length} targets; give a set with one`);
  return size;
}

/** Draws the cells of a 1-nearest-neighbour model: the places that are nearest to each row, in the colour of its class. Throws an
 *  OptionError for a model that is not fitted, for k > 1 (see `regions`) and for more than 1,000 rows.
 *  @example pictures.voronoi(nearestNeighbors().fit(train.take(20))).svg().includes('<path') // true */
export function voronoi(model: NearestNeighbors, options: PictureOptions = {}): Picture {
  const where = 'pictures.voronoi';
  const base = checkOptions(where, options);
  if (!isObject(model) || (model as Partial<NearestNeighbors>).config?.name !== 'nearestNeighbors')
    refuse(where, 'model', model, 'nearestNeighbors().fit(data)');
  const { data } = model;
  if (!data) throw new OptionError(`${where}: the model is not fitted yet; call model.fit(data)`);
  const { k = 1 } = model.config.options as { k?: number };
  if (k !== 1)
    throw new OptionError(`${where}: k is ${k}, and only single rows have cells; give k = 1, or draw pictures.regions`);
  checkPlane(where, data, true);
  if (data.size > 1000) throw new OptionError(`${where}: ${data.size} rows are too many cells; give up to 1000`);
  const scale = data.scale ?? 1;
  const rows = Array.from({ length: data.size }, (_, i): Pair => [data.x[2 * i] * scale, data.x[2 * i + 1] * scale]);
  const domain = around(rows, 0.08);
  const labels = data.kind === 'classes';
  const colour = (i: number): number => (labels ? data.y[i] : 0);
  const cells = voronoiCells(rows, domain);
  return pictureOf(
    planeDrawing({
      title: 'Nearest-neighbour cells',
      description: `A cell for each of ${data.size} rows: the places that are nearest to it.`,
      domain,
      shapes: (x, y) =>
        cells
          .map((cell, i) =>
            cell.length
              ? element('path', {
                  d: `${pathOf(cell.map(([a, b]) => [x.at(a), y.at(b)]))}Z`,
                  class: `f${colour(i) % COLOURS} ro`,
                  'fill-opacity': '0.3',
                })
              : '',
          )
          .join(''),
      points: rows.map((at, i) => ({ at, colour: colour(i) })),
      classes: labels ? classNames(data) : [],
      xLabel: 'x₁',
      yLabel: 'x₂',
    }),
    base,
  );
}

export interface ImagesOptions extends PictureOptions {
  /** Images in a row. Default: as they fit. */
  columns?: number;
  /** A word below each image. */
  labels?: readonly string[];
}
/** Draws images in a grid: a tensor [n, height, width, channels] or [n, height, width], or a data set of images, up to 400. The least of all
 *  numbers is black, the largest white. Throws a ShapeError for what are no images, a LeakageError for a sealed set.
 *  @example pictures.images(digits({ images: true }).take(4)).svg().includes('<image') // true */
export function images(given: Tensor | Dataset, options: ImagesOptions = {}): Picture {
  const where = 'pictures.images';
  const base = checkOptions(where, options, ['columns', 'labels']);
  const { columns } = options;
  if (columns !== undefined) integer(where, 'columns', columns, 1);
  if (!isTensor(given) && !(given instanceof Dataset))
    return refuse(where, 'images', given, 'a tensor [n, height, width, channels] or a data set of images');
  if (given instanceof Dataset) refuseSealed(where, given);
  const shape = isTensor(given) ? given.shape : [given.size, ...given.shape];
  const values = isTensor(given) ? given.data() : given.x;
  const full = imageShape(where, shape);
  const labels = optional(options.labels, (v) => namesOf(where, 'labels', v, full[0]));
  return pictureOf(imagesDrawing({ title: 'Images', values, shape: full, columns, labels }), base);
}
export function imageShape(where: string, shape: readonly number[]): [number, number, number, number] {
  const full = shape.length === 3 ? [...shape, 1] : [...shape];
  if (full.length !== 4 || !full.every((n) => n >= 1))
    throw new ShapeError(`${where}: the shape is [${shape.join(', ')}]; images are [n, height, width, channels]`);
  if (full[0] > 400) throw new ShapeError(`${where}: ${full[0]} images are too many; give up to 400`);
  if (full[0] * full[1] * full[2] > MOST)
    throw new ShapeError(`${where}: images of the shape [${shape.join(', ')}] are too large`);
  return full as [number, number, number, number];
}

export interface NetworkOptions extends PictureOptions {
  /** Thins the network as dropout does: units are kept with this probability, the output's always. Default: all are kept. */
  keep?: number;
  /** The seed of which are. Default 0. */
  seed?: number;
}
/** Draws the units of a network of dense layers and its weights: colours and dashes tell their sign, strength their size. Of wide layers
 *  the first units are drawn. With `keep` it is thinned as dropout thins it. Throws an OptionError for a model that is not built, or has no dense layer.
 *  @example pictures.network(nn.sequential([nn.dense(3), nn.relu(), nn.dense(1)]).build([2]), { keep: 0.5 }).text() */
export function network(model: AnyModel, options: NetworkOptions = {}): Picture {
  const where = 'pictures.network';
  const base = checkOptions(where, options, ['keep', 'seed']);
  const { keep = 1, seed = 0 } = options;
  if (!(typeof keep === 'number' && keep > 0 && keep <= 1)) refuse(where, 'keep', keep, 'a number above 0 and up to 1');
  integer(where, 'seed', seed, -Infinity);
  checkModel(where, model);
  let inside: ReturnType<typeof built>;
  try {
    inside = built(model);
  } catch (cause) {
    throw new ShapeError(`${where}: ${(cause as Error).message}`, { cause });
  }
  const { parameters } = inside;
  const weights = parameters.segments
    .filter(({ shape, kind }) => kind === 'weight' && shape.length === 2)
    .map((segment) => ({
      inputs: segment.shape[0],
      units: segment.shape[1],
      values: parameters.get(segment),
    }));
  if (!weights.length) throw new OptionError(`${where}: the model has no dense layer whose units could be drawn`);
  return pictureOf(networkDrawing(weights, keep, seed), base);
}

export interface PenaltyGeometry {
  /** Where the loss is least. */
  readonly optimum: Pair;
  /** The loss's curvature: the diagonal [a, c], or the matrix [[a, b], [b, c]], positive definite. Default [1, 1]. */
  readonly curvature?: Pair | readonly [Pair, Pair];
  /** Which penalty: true with `radius`, or its λ. One of the two. */
  readonly l1?: boolean | number;
  readonly l2?: boolean | number;
  /** The largest norm of the weights. */
  readonly radius?: number;
}
/** Draws where the lines of equal loss meet the diamond of an L1 penalty or the disc of an L2 penalty: with L1 often in a corner, where a
 *  weight is exactly 0. The loss is ½(w − optimum)ᵀ H (w − optimum); with λ the ball is that on whose edge λ‖w‖₁ or (λ/2)‖w‖² has
 *  its solution.
 *  @example pictures.penalties({ optimum: [2, 1], curvature: [1, 2], l1: true, radius: 1 }).text() */
export function penalties(geometry: PenaltyGeometry, options: PictureOptions = {}): Picture {
  const where = 'pictures.penalties';
  const base = checkOptions(where, options);
  if (!isObject(geometry)) return refuse(where, 'options', geometry, '{ optimum, curvature, l1 or l2, radius }');
  checkKeys(where, geometry, ['optimum', 'curvature', 'l1', 'l2', 'radius']);
  const { curvature = [1, 1], l1, l2, radius } = geometry as PenaltyGeometry;
  const optimum = pairOf(where, 'optimum', geometry.optimum);
  const given = curvature as readonly unknown[];
  const nested = Array.isArray(given) && Array.isArray(given[0]);
  const [a, c] = nested ? [0, 0] : pairOf(where, 'curvature', curvature);
  const matrix: readonly [Pair, Pair] = nested
    ? [pairOf(where, 'curvature[0]', given[0]), pairOf(where, 'curvature[1]', given[1])]
    : [
        [a, 0],
        [0, c],
      ];
  const [[p, q], [q2, r]] = matrix;
  if (q !== q2 || !(p > 0) || !(p * r - q * q > 0))
    refuse(where, 'curvature', curvature, 'two positive numbers or a symmetric, positive definite matrix');
  const on = (v: unknown): boolean => v !== undefined && v !== false;
  for (const [name, v] of [
    ['l1', l1],
    ['l2', l2],
  ] as const)
    if (on(v) && v !== true && !(typeof v === 'number' && v >= 0 && Number.isFinite(v)))
      refuse(where, name, v, 'true or a λ from 0');
  if (on(l1) === on(l2)) throw new OptionError(`${where}: give l1 or l2, one of them: true with a radius, or a λ`);
  const norm = on(l1) ? 'l1' : 'l2';
  const strength = norm === 'l1' ? l1 : l2;
  if (radius !== undefined) positive(where, 'radius', radius);
  if (strength === true && radius === undefined)
    throw new OptionError(`${where}: radius is missing; with ${norm}: true give the largest norm of the weights`);
  const bowl = { optimum, curvature: matrix };
  const size = radius ?? radiusFor(bowl, norm, strength as number);
  const w = size > 0 ? within(bowl, norm, size) : ([0, 0] as const);
  // Both axes have the same length, and hold the ball, the optimum and the origin.
  const low = optimum.map((v) => Math.min(-size, v));
  const high = optimum.map((v) => Math.max(size, v));
  const span = Math.max(high[0] - low[0], high[1] - low[1]) * 1.25 || 2;
  const domain = [0, 1].map((k) => {
    const middle = (low[k] + high[k]) / 2;
    return [middle - span / 2, middle + span / 2] as const;
  }) as [Pair, Pair];
  const touched = heightOf(bowl, w[0], w[1]);
  const inside = !(touched > 0);
  // Contours at equal distances, the third of which meets the ball.
  const unit = inside ? heightOf(bowl, optimum[0] + span / 12, optimum[1]) : touched / 9;
  const zero = w.map((v, i) => (v === 0 ? `w${'₁₂'[i]} is exactly 0` : '')).filter(Boolean);
  const outlined: readonly Pair[] =
    norm === 'l2'
      ? ellipseOf(
          {
            optimum: [0, 0],
            curvature: [
              [2, 0],
              [0, 2],
            ],
          },
          size * size,
        )
      : ellipseOf(
          {
            optimum: [0, 0],
            curvature: [
              [2, 0],
              [0, 2],
            ],
          },
          1,
        ).map(([u, v]) => {
          const scale = size / (Math.abs(u) + Math.abs(v));
          return [u * scale, v * scale];
        });
  const ball = norm === 'l1' ? 'diamond' : 'disc';
  return pictureOf(
    planeDrawing({
      title: inside
        ? `${norm.toUpperCase()}: the optimum lies within the ${ball}`
        : `${norm.toUpperCase()}: contours meet the ${ball}${zero.length && norm === 'l1' ? ' in a corner' : ''}`,
      description: `Lines of equal loss around (${optimum.map((v) => label(v)).join(', ')}), and the weights whose ${norm === 'l1' ? '1-norm' : '2-norm'} is at most ${label(size)}.`,
      domain,
      square: true,
      shapes: (x, y) => {
        const [cx, cy, rx, ry] = [x.at(0), y.at(0), x.at(size) - x.at(0), y.at(0) - y.at(size)];
        const outline =
          norm === 'l1'
            ? `M${num(cx + rx)} ${num(cy)}L${num(cx)} ${num(cy - ry)}L${num(cx - rx)} ${num(cy)}L${num(cx)} ${num(cy + ry)}Z`
            : `M${num(cx - rx)} ${num(cy)}a${num(rx)} ${num(ry)} 0 1 0 ${num(2 * rx)} 0a${num(rx)} ${num(ry)} 0 1 0 ${num(-2 * rx)} 0Z`;
        const axis = `M${num(x.at(domain[0][0]))} ${num(cy)}H${num(x.at(domain[0][1]))}M${num(cx)} ${num(y.at(domain[1][0]))}V${num(y.at(domain[1][1]))}`;
        const ellipse = (k: number): string =>
          `${pathOf(ellipseOf(bowl, unit * k * k).map(([u, v]) => [x.at(u), y.at(v)]))}Z`;
        const farther = [1, 2, 4, 5, 6, 7, 8, 9, 11, 14, 18, 23, 29].map(ellipse).join('');
        return [
          element('path', { d: outline, class: 'f0', 'fill-opacity': '0.25' }),
          element('path', { d: axis, class: 'rg' }),
          element('path', { d: farther + (inside ? ellipse(3) : ''), class: 'ra', 'stroke-opacity': '0.6' }),
          element('path', { d: outline, class: 's0', 'stroke-width': 2 }),
          inside ? '' : element('path', { d: ellipse(3), class: 's1', 'stroke-width': 2 }),
          element('circle', { cx: x.at(w[0]), cy: y.at(w[1]), r: 5, class: 'f1 ro', 'stroke-width': 1.5 }),
        ].join('');
      },
      over: (x, y) =>
        words(x.at(w[0]) - 8, y.at(w[1]) + 17, 'solution', { class: 'rt rk', 'text-anchor': 'end' }) +
        (inside
          ? ''
          : words(x.at(optimum[0]), y.at(optimum[1]) - 9, 'least loss', { class: 'rt rk', 'text-anchor': 'middle' })),
      crosses: [optimum],
      signs: [
        ...outlined.map((at) => [at, '·'] as const),
        ...(inside ? [] : ellipseOf(bowl, touched).map((at) => [at, '∘'] as const)),
        [w, '●'],
      ],
      xLabel: 'w₁',
      yLabel: 'w₂',
      note: `solution (${w.map((v) => label(v)).join(', ')})${zero.length ? `: ${zero.join(', ')}` : ''}`,
    }),
    base,
  );
}

/** Refuses a sealed set. */
export function refuseSealed(where: string, data: Dataset): void {
  if (data.sealed)
    throw new LeakageError(
      `${where}: the set is sealed, and looking at it would influence decisions; draw the training or validation set`,
    );
}
