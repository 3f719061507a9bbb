import {
  type AnyModel,
  Dataset,
  DataError,
  type NearestNeighbors,
  OptionError,
  refuse,
  refuseSealed,
  ShapeError,
  shown,
  isTensor,
  tensor,
} from '../index.js';
import { linesDrawing } from './charts.js';
import { voronoiCells } from './geometry.js';
import { isObject } from './given.js';
import { checkOptions, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { type Pair, planeDrawing } from './planes.js';
import { around, spaced } from './scale.js';
import { COLOURS, element, pathOf } from './svg.js';

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
