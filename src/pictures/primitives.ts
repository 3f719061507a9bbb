import {
  type AnyModel,
  compile,
  concat,
  Dataset,
  OptionError,
  refuse,
  refuseSealed,
  reshape,
  ShapeError,
  shown,
  slice,
  flag,
  integer,
  isTensor,
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
import {
  MOST,
  domainOf,
  insideOf,
  isObject,
  items,
  namesOf,
  numbers,
  optional,
  pairOf,
  rowsOf,
  word,
} from './given.js';
import { heatmapDrawing, imagesDrawing } from './grids.js';
import { networkDrawing } from './network.js';
import { checkOptions, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { type Field, type Pair, type Path, planeDrawing } from './planes.js';
import { around, spaced } from './scale.js';

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
  if (typeof given === 'function' && !Object.hasOwn(given, 'call')) {
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
  const { parameters } = insideOf(where, model);
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
