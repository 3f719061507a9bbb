import { DataError, OptionError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { brief, listed } from './brief.js';
import { type Nested, type TensorLike, blockOf, checkFinite, gatherRows, isTyped } from './numbers.js';

/** A target to predict: labels of classes, or values. */
export interface Target {
  /** The head's name; '' where a set has one target without a name. */
  readonly name: string;
  /** Labels 0 … classes − 1 (Int32Array), or values (Float32Array), row after row; 0 where the mask is 0. */
  readonly values: Float32Array | Int32Array;
  /** The shape of one row's target: [] for a label or a single number, [t] for those of the steps of a sequence, [h, w] for
   *  those of the places of a map. */
  readonly shape: Shape;
  readonly kind: 'classes' | 'values';
  /** The number of classes, 0 for values. */
  readonly classes: number;
  /** The names of the classes, in the order of the labels. */
  readonly classNames?: readonly string[];
  /** 1 for rows that have this target, 0 for rows that lack it. */
  readonly mask?: Float32Array;
}

/** Targets as given: numbers, or one string per row. */
export type TargetLike = TensorLike | Nested | readonly string[];

/** The number of classes, or their names; `false` takes whole numbers as values. 0, the `classes` of a set of values, means the same as `false`. */
export type Classes = number | readonly string[] | false;

/** The least number of rows per class, on average, with which whole numbers in a list count as labels; ages, years and counts of a regression
 *  seldom have as many. */
const ROWS_FOR_EACH = 10;
/** The largest number of classes: losses take labels as float32, which is exact for whole numbers up to here. */
const MOST_CLASSES = 1 << 24;

interface Given {
  readonly name: string;
  readonly y: TargetLike;
  /** The caller's name for it in messages. Default 'y'. */
  readonly what?: string;
  readonly classes?: Classes;
  readonly mask?: TensorLike | Nested;
  readonly rows: number;
  /** Whether whole numbers from 0 are known to be labels, however few they are. */
  readonly labels?: boolean;
}

/**
 * Converts input to a target. One number per row is a label
 * - where `classes` says so (a number or names); so are several numbers per row then, those of steps or of places, or
 * - where `classes` is not given, all numbers are whole and not negative, and they are in an integer array
 *   (Int32Array, Uint8Array, …), or there are two classes or more, each from 0 to the largest occurs, and rows are at least
 *   ten times as many as classes.
 * Strings are labels: the classes are the distinct strings, sorted. Everything else is values.
 */
export function targetOf(where: string, { name, y, classes, mask: givenMask, rows, labels, ...given }: Given): Target {
  const what = given.what ?? (name ? `y.${name}` : 'y');
  const mask = givenMask === undefined ? undefined : maskOf(where, name ? `mask.${name}` : 'mask', givenMask, rows);
  const known = classesOf(where, classes);
  const named = hasStrings(y) ? labelsOfNames(where, what, y, known, mask) : undefined;
  const { values, shape: all } = blockOf(where, what, named ? named.labels : (y as TensorLike | Nested));
  const shape = all.slice(1);
  const width = sizeOf(shape);
  if (all[0] !== rows)
    throw new DataError(`${where}: x has ${rows} rows and ${what} has ${all[0]}; give one target for each row`);
  const present = mask ? Array.from(values, (v, i) => (mask[Math.floor(i / width)] ? v : 0)) : values;
  checkFinite(where, what, present, width);

  const count = named?.classNames.length ?? known.count ?? guessed(present, shape, mask, labels ?? isInteger(y));
  if (count > MOST_CLASSES)
    throw new DataError(
      `${where}: ${what} is ${count - 1} in row ${Array.prototype.indexOf.call(present, count - 1)}, counted from 0; ` +
        `labels go up to ${MOST_CLASSES - 1}: say { classes: false } where they are values`,
    );
  if (!count) {
    const kept = present instanceof Float32Array ? present : Float32Array.from(present);
    checkFinite(where, what, kept, width);
    return { name, values: kept, shape, kind: 'values', classes: 0, mask };
  }
  // One label in a list of its own is one label.
  const own = width === 1 && shape.length === 1 ? [] : shape;
  if (isOneHot(present, own, count))
    throw new DataError(
      `${where}: ${what} is rows ${show(all)} of 0 and one 1, a share for each class; leave classes out, or give labels`,
    );
  checkLabels(where, what, present, count, width);
  const kept = present instanceof Int32Array ? present : Int32Array.from(present);
  return {
    name,
    values: kept,
    shape: own,
    kind: 'classes',
    classes: count,
    classNames: named?.classNames ?? known.names,
    mask,
  };
}

/** Reads the option `classes`: the number of classes (0 for values), and their names. */
export function classesOf(where: string, classes: Classes | undefined): { count?: number; names?: readonly string[] } {
  if (classes === undefined) return {};
  if (Array.isArray(classes) && classes.length) return { count: classes.length, names: namesOf(where, classes) };
  if (classes === false) return { count: 0 };
  if (typeof classes === 'number' && Number.isInteger(classes) && classes >= 0 && classes <= MOST_CLASSES)
    return { count: classes };
  throw new OptionError(
    `${where}: classes is ${brief(classes)}; it must be their number, a list of their names, or false for values`,
  );
}

function namesOf(where: string, classes: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  // By index: a list may have holes.
  for (let i = 0; i < classes.length; i++) {
    const name = classes[i];
    if (typeof name !== 'string' && typeof name !== 'number')
      throw new OptionError(`${where}: classes[${i}] is ${brief(name)}; names are strings`);
    if (names.has(String(name))) throw new OptionError(`${where}: classes name ${brief(name)} twice; leave one out`);
    names.add(String(name));
  }
  return [...names];
}

const hasStrings = (y: unknown): y is readonly unknown[] => Array.isArray(y) && y.some((v) => typeof v === 'string');

const isInteger = (y: unknown): boolean => isTyped(y) && !y.constructor.name.startsWith('Float');

/** Returns the number of classes where the numbers look like labels, or are known to be labels; else 0. */
function guessed(values: ArrayLike<number>, shape: Shape, mask: Float32Array | undefined, labels: boolean): number {
  if (shape.length) return 0;
  const { rows, classes, complete } = labelsIn(values, mask);
  return labels || (complete && classes > 1 && rows >= ROWS_FOR_EACH * classes) ? classes : 0;
}

/** Checks numbers as labels: returns the number of rows that have one, the number of classes, and whether every class occurs; zeros and false where a
 *  number is not a whole number from 0. */
export function labelsIn(
  values: ArrayLike<number>,
  mask?: Float32Array,
): { rows: number; classes: number; complete: boolean } {
  const seen = new Set<number>();
  let [rows, classes] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (!Number.isInteger(v) || v < 0) return { rows: 0, classes: 0, complete: false };
    if (mask?.[i] === 0) continue;
    seen.add(v);
    rows++;
    classes = Math.max(classes, v + 1);
  }
  return { rows, classes, complete: seen.size === classes };
}

/** Whether every row has a 1 at one of as many places as there are classes. */
function isOneHot(values: ArrayLike<number>, shape: Shape, classes: number): boolean {
  if (shape.length !== 1 || shape[0] !== classes) return false;
  for (let at = 0; at < values.length; at += classes) {
    const row = Array.from({ length: classes }, (_, k) => values[at + k]);
    if (row.some((v) => v !== 0 && v !== 1) || row.reduce((a, b) => a + b, 0) !== 1) return false;
  }
  return true;
}

function checkLabels(where: string, what: string, values: ArrayLike<number>, classes: number, width: number): void {
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (Number.isInteger(v) && v >= 0 && v < classes) continue;
    const place = width > 1 ? `row ${Math.floor(i / width)}, place ${i % width}` : `row ${i}`;
    throw new DataError(
      `${where}: ${what} is ${v} in ${place}, counted from 0; labels of ${classes} classes are 0 to ${classes - 1}`,
    );
  }
}

function labelsOfNames(
  where: string,
  what: string,
  y: readonly unknown[],
  { count, names }: { count?: number; names?: readonly string[] },
  mask: Float32Array | undefined,
): { labels: Int32Array; classNames: readonly string[] } {
  const wrong = y.findIndex((v, i) => typeof v !== 'string' && mask?.[i] !== 0);
  if (wrong >= 0)
    throw new DataError(
      `${where}: ${what}[${wrong}] is ${brief(y[wrong])} among strings; give only strings or only numbers`,
    );
  const classNames = names ?? [...new Set(y.filter((_, i) => mask?.[i] !== 0))].map(String).sort();
  if (count !== undefined && count !== classNames.length)
    throw new OptionError(
      `${where}: classes is ${count || false}, and ${what} has ${classNames.length} distinct strings; leave classes out`,
    );
  const labelOf = new Map(classNames.map((name, label) => [name, label]));
  const labels = Int32Array.from(y, (word, i) => {
    const label = mask?.[i] === 0 ? 0 : labelOf.get(word as string);
    if (label !== undefined) return label;
    throw new DataError(
      `${where}: ${what} is ${brief(word)} in row ${i}, counted from 0; the classes are ${listed(classNames)}`,
    );
  });
  return { labels, classNames };
}

function maskOf(where: string, what: string, given: TensorLike | Nested, rows: number): Float32Array {
  const { values } = blockOf(where, what, given);
  if (values.length !== rows)
    throw new DataError(`${where}: x has ${rows} rows and ${what} has ${values.length} numbers; give one for each row`);
  const wrong = Array.prototype.findIndex.call(values, (m) => m !== 0 && m !== 1);
  if (wrong >= 0)
    throw new DataError(
      `${where}: ${what} is ${values[wrong]} in row ${wrong}, counted from 0; it must be 1 (present) or 0 (absent)`,
    );
  return Float32Array.from(values);
}

/** Selects the target of the rows `indices`, in that order. */
export const targetRows = (target: Target, indices: ArrayLike<number>): Target => ({
  ...target,
  values: gatherRows(target.values, sizeOf(target.shape), indices),
  mask: target.mask && gatherRows(target.mask, 1, indices),
});

/** Returns the target of the rows from `begin` to before `end`, sharing memory. */
export const targetSlice = (target: Target, begin: number, end: number): Target => {
  const width = sizeOf(target.shape);
  return {
    ...target,
    values: target.values.subarray(begin * width, end * width),
    mask: target.mask?.subarray(begin, end),
  };
};
