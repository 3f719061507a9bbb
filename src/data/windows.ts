import { DataError, OptionError } from '../errors.js';
import { show, sizeOf } from '../graph/shape.js';
import { checkKeys, integer, meant } from '../options.js';
import { brief } from './brief.js';
import { Dataset } from './columns.js';
import { checkFinite, type Nested, type TensorLike, blockOf, floatsFor, isTensorLike, isTyped } from './numbers.js';
import { type Classes, targetOf } from './target.js';

/** A series: steps [t, …features], a list of numbers for one feature, or lists of equal length by name. */
export type Series = TensorLike | Nested | Readonly<Record<string, TensorLike | Nested>>;

export interface WindowsOptions {
  /** The number of steps that an example has. */
  length: number;
  /** The number of steps after it that are to be predicted. Default 1. */
  horizon?: number;
  /** The number of steps from the beginning of one window to that of the next. Default 1. */
  step?: number;
  /** What is to be predicted: a feature by its place or name, or several. Default: all features. */
  target?: number | string | readonly (number | string)[];
  /** The number of classes or their names, where what is predicted are labels. Default: values. */
  classes?: Classes;
}

/**
 * Cuts a series into windows: x [n, length, features] are `length` steps, y the `horizon` steps after them: [n] for one step of
 * one feature, [n, horizon] for more steps, [n, features] or [n, horizon, features] for several features. Windows stand in the
 * order of time, so split and kFold take `{ order: 'time' }`; windows that overlap share steps, which
 * `gap: Math.floor((length + horizon - 1) / step)` keeps apart.
 *
 * Throws a DataError where the series is shorter than one window with its horizon, and for NaN and infinities.
 * @example dataset.windows([1, 2, 3, 4, 5], { length: 3 }).y[1] // 5
 */
export function windows(series: Series, options: WindowsOptions): Dataset {
  const where = 'windows';
  checkKeys(where, options, ['length', 'horizon', 'step', 'target', 'classes'], true);
  const length = integer(where, 'length', options.length, 1);
  const horizon = integer(where, 'horizon', options.horizon ?? 1, 1);
  const step = integer(where, 'step', options.step ?? 1, 1);
  const { values, steps, shape, names } = stepsOf(where, series);
  const width = sizeOf(shape);
  checkFinite(where, 'the series', values, width);
  const size = Math.floor((steps - length - horizon) / step) + 1;
  if (size < 1)
    throw new DataError(
      `${where}: the series has ${steps} steps; a window of ${length} with a horizon of ${horizon} needs ${length + horizon}`,
    );
  const features = featuresOf(where, options.target, width, names);
  const x = floatsFor(where, 'x', size * length * width);
  const y = floatsFor(where, 'y', size * horizon * features.length);
  for (let row = 0; row < size; row++) {
    const from = row * step * width;
    for (let i = 0; i < length * width; i++) x[row * length * width + i] = values[from + i];
    for (let h = 0; h < horizon; h++)
      for (const [k, feature] of features.entries())
        y[(row * horizon + h) * features.length + k] = values[from + (length + h) * width + feature];
  }
  const inner = [...(horizon > 1 ? [horizon] : []), ...(features.length > 1 ? [features.length] : [])];
  const target = targetOf(where, {
    name: '',
    y: { shape: [size, ...inner], data: () => y },
    classes: options.classes ?? false,
    rows: size,
  });
  const targetName = features.length === 1 ? names?.[features[0]] : undefined;
  return new Dataset({ x, shape: [length, ...shape], scale: 1, size, targets: [target], sealed: false, targetName });
}

/** The steps of a series, each of this shape. */
interface Steps {
  readonly values: ArrayLike<number>;
  readonly steps: number;
  readonly shape: readonly number[];
  readonly names?: readonly string[];
}
function stepsOf(where: string, series: Series): Steps {
  const isNamed = typeof series === 'object' && series !== null && !Array.isArray(series) && !isTyped(series);
  if (!isNamed || isTensorLike(series)) {
    const { values, shape } = blockOf(where, 'the series', series as TensorLike | Nested);
    return { values, steps: shape[0], shape: shape.length > 1 ? shape.slice(1) : [1] };
  }
  const names = Object.keys(series);
  const columns = names.map((name) => blockOf(where, name, (series as Readonly<Record<string, Nested>>)[name]));
  if (!names.length) throw new DataError(`${where}: the series has no features; give { load: [3, 4, 5] }`);
  const steps = columns[0].shape[0];
  for (const [i, { shape }] of columns.entries())
    if (shape.length > 1 || shape[0] !== steps)
      throw new DataError(
        `${where}: ${brief(names[i])} is ${show(shape)}, and ${brief(names[0])} has ${steps} steps; give one number for each step`,
      );
  const values = new Float64Array(steps * names.length);
  for (const [i, column] of columns.entries())
    for (let t = 0; t < steps; t++) values[t * names.length + i] = column.values[t];
  return { values, steps, shape: [names.length], names };
}

/** The places of the features that are predicted. */
function featuresOf(
  where: string,
  given: WindowsOptions['target'],
  width: number,
  names: readonly string[] | undefined,
): number[] {
  if (given === undefined) return Array.from({ length: width }, (_, i) => i);
  const list: readonly unknown[] = Array.isArray(given) ? Array.from(given) : [given];
  const places = list.map((one) => {
    const place = typeof one === 'string' ? (names?.indexOf(one) ?? -1) : (one as number);
    if (Number.isInteger(place) && place >= 0 && place < width) return place;
    const near = typeof one === 'string' && names ? meant(one, names) : '';
    throw new OptionError(
      `${where}: target is ${brief(one)}; the features are ${names?.join(', ') ?? `0 to ${width - 1}`}${near}`,
    );
  });
  if (!places.length || new Set(places).size < places.length)
    throw new OptionError(`${where}: target is ${brief(given)}; name at least one feature, and each once`);
  return places;
}
