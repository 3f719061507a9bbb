import { DataError, LeakageError, OptionError } from '../errors.js';
import { type Shape, shapeOf, sizeOf } from '../graph/shape.js';
import { checkKeys, finite, flag, integer, record, refuse } from '../options.js';
import { seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { brief } from './brief.js';
import { concatenated } from './concat.js';
import { type Column, columnsOf, type Field, notNumbers } from './fields.js';
import type { Seal } from './leakage.js';
import { type Example, mapExamples } from './map.js';
import { gatherRows, isTyped } from './numbers.js';
import { type Target, targetRows, targetSlice } from './target.js';

/** The columns of a set. */
export interface Columns {
  /** The examples, row after row. Bytes stay bytes until a batch is gathered. */
  readonly x: Float32Array | Uint8Array;
  /** The shape of one example. */
  readonly shape: Shape;
  /** x · scale is what a model sees; other than 1 for bytes only. */
  readonly scale: number;
  /** The number of rows. */
  readonly size: number;
  /** One for each head; none where nothing is to be predicted. */
  readonly targets: readonly Target[];
  /** The share of each row in the loss. */
  readonly weights?: Float32Array;
  /** A test set: refused wherever something is fitted or selected. */
  readonly sealed: boolean;
  /** Of a sealed set: what it shares with the set that it was made of. */
  readonly seal?: Seal;
  /** The names of x's columns and of y, where the source had names. */
  readonly featureNames?: readonly string[];
  readonly targetName?: string;
  /** What the columns of a table are, where they are not all numbers. */
  readonly fields?: readonly Field[];
}

/** Examples and their targets in typed arrays. Never changed: every method returns another set. */
export class Dataset implements Columns {
  declare readonly x: Float32Array | Uint8Array;
  readonly shape: Shape;
  readonly scale: number;
  readonly size: number;
  declare readonly targets: readonly Target[];
  declare readonly weights?: Float32Array;
  readonly sealed: boolean;
  readonly seal?: Seal;
  readonly featureNames?: readonly string[];
  readonly targetName?: string;
  readonly fields?: readonly Field[];
  #columns?: readonly Column[];

  /** Every use of the numbers finds out whether they are still here. */
  constructor(columns: Columns) {
    checkColumns(columns);
    const { x, shape, scale, size, targets, weights, sealed, seal, featureNames, targetName, fields } = columns;
    if (seal && !sealed) throw new LeakageError('dataset: a sealed set stays sealed, and so does what is made of it');
    this.shape = shape;
    this.scale = scale;
    this.size = size;
    this.sealed = sealed;
    this.seal = seal ?? (sealed ? { opened: 0 } : undefined);
    this.featureNames = featureNames;
    this.targetName = targetName;
    this.fields = fields;
    const held = <T>(value: T, isGone: () => boolean): PropertyDescriptor => ({
      enumerable: true,
      get(): T {
        if (isGone() && size)
          throw new DataError('the numbers of this set have been moved to a worker (transfer); make the set again');
        return value;
      },
    });
    const isEmpty = (array?: ArrayLike<number>): boolean => array?.length === 0;
    Object.defineProperties(this, {
      x: held(x, () => x.length === 0),
      targets: held(targets, () => targets.some(({ values, mask }) => isEmpty(values) || isEmpty(mask))),
      weights: held(weights, () => isEmpty(weights)),
    });
  }

  /** What each column is: its type, its categories in sorted order, and how many of its cells are missing. */
  get columns(): readonly Column[] {
    this.#columns ??= columnsOf({ ...(this as Columns), width: sizeOf(this.shape) });
    return this.#columns;
  }
  /** The target of a head, or the only one. */
  target(head?: string): Target {
    const found =
      head === undefined && this.targets.length === 1 ? this.targets[0] : this.targets.find((t) => t.name === head);
    if (found) return found;
    const heads = this.targets.map((t) => t.name || 'one without a name').join(', ');
    throw new DataError(
      this.targets.length
        ? `dataset: there is no ${head === undefined ? 'single target' : `target ${brief(head)}`}; the targets are ${heads}`
        : 'dataset: this set has no targets; give y',
    );
  }
  /** Labels (Int32Array) or values (Float32Array) of the only target. Sets with several heads: `target(head).values`. */
  get y(): Float32Array | Int32Array {
    return this.target().values;
  }
  /** The shape of one row's y: [] for labels and single numbers. */
  get targetShape(): Shape {
    return this.target().shape;
  }
  /** Whether y is labels of classes or values. */
  get kind(): 'classes' | 'values' {
    return this.target().kind;
  }
  /** The number of classes; 0 for values. */
  get classes(): number {
    return this.target().classes;
  }
  get classNames(): readonly string[] | undefined {
    return this.target().classNames;
  }
  /** 1 where a row has y, 0 where it lacks it. */
  get mask(): Float32Array | undefined {
    return this.target().mask;
  }
  /** How often a sealed set was evaluated or predicted, whatever part of it and however scaled; 0 for others. */
  get opened(): number {
    return this.seal?.opened ?? 0;
  }

  /** The same set with other columns. One that is sealed stays so: `{ sealed: false }` is a LeakageError. */
  with(changes: Partial<Columns>): Dataset {
    checkKeys('with', changes, Object.keys(this), true);
    return new Dataset({ ...(this as Columns), ...changes });
  }
  /** The rows `indices`, counted from 0, in that order, copied: one at least. */
  rows(indices: ArrayLike<number>): Dataset {
    if (!Array.isArray(indices) && !isTyped(indices))
      throw new DataError(`rows: the indices are ${brief(indices)}; give a list of row numbers`);
    if (!indices.length) throw new DataError('rows: there are no indices; a set has at least one row');
    for (let i = 0; i < indices.length; i++) integer('rows', `index ${i}`, indices[i], 0, this.size - 1);
    return this.with({
      x: gatherRows(this.x, sizeOf(this.shape), indices),
      size: indices.length,
      targets: this.targets.map((t) => targetRows(t, indices)),
      weights: this.weights && gatherRows(this.weights, 1, indices),
    });
  }
  /** Rows `begin` to before `end`, as an array's slice: negative ones count from the end. They share this set's memory. */
  slice(begin = 0, end = this.size): Dataset {
    const at = (i: number): number => Math.min(this.size, Math.max(0, i < 0 ? i + this.size : i));
    const [a, b] = [at(integer('slice', 'begin', begin, -Infinity)), at(integer('slice', 'end', end, -Infinity))];
    if (a >= b)
      throw new DataError(`slice: rows ${begin} to ${end} of ${this.size} are none; a set has at least one row`);
    const width = sizeOf(this.shape);
    return this.with({
      x: this.x.subarray(a * width, b * width),
      size: b - a,
      targets: this.targets.map((t) => targetSlice(t, a, b)),
      weights: this.weights?.subarray(a, b),
    });
  }
  /** The first n rows, or all where there are fewer. */
  take(n: number): Dataset {
    return this.slice(0, integer('take', 'n', n, 1));
  }
  /** These rows, and then those of another set of the same kind. It is sealed where one of them is. */
  concat(other: Columns): Dataset {
    checkDataset('concat', other, true);
    return this.with(concatenated(this, other));
  }
  /** All rows in another order, which depends on the seed and the number of rows only. */
  shuffle(seed = 0): Dataset {
    return this.rows(permutation(this.size, seedKey(seed, 'shuffle'), streams.shuffle));
  }
  /**
   * A set of what `f` makes of each example; what it leaves out stays as it was. `f` is not async: it returns { x }, { y } or
   * { x, y } at once.
   * @example data.map(({ x }) => ({ x: x.map(Math.abs) }))
   */
  map(f: (example: Example<Float32Array>, row: number) => Partial<Example>): Dataset {
    return mapExamples(this, f);
  }
}

/** Refuses columns that are not what a set consists of; their numbers are not looked at. */
function checkColumns(columns: Columns): void {
  const where = 'dataset';
  const { x, shape, scale, size, targets, weights, sealed } = record(where, 'options', columns, COLUMNS);
  shapeOf(where, shape);
  finite(where, 'scale of options', scale);
  integer(where, 'size', size, 1);
  flag(where, 'sealed', sealed);
  const has = (array: unknown, width: number, ...kinds: readonly (new () => ArrayLike<number>)[]): boolean =>
    kinds.some((kind) => array instanceof kind) && [0, size * width].includes((array as Float32Array).length);
  if (!has(x, sizeOf(shape), Float32Array, Uint8Array)) refuse(where, 'x', x, COLUMNS);
  if (!Array.isArray(targets)) refuse(where, 'targets', targets, COLUMNS);
  for (const target of targets) {
    record(where, 'targets', target, COLUMNS);
    if (!has(target.values, sizeOf(shapeOf(where, target.shape)), Float32Array, Int32Array))
      refuse(where, 'values of targets', target.values, COLUMNS);
  }
  if (weights !== undefined && !has(weights, 1, Float32Array)) refuse(where, 'weights', weights, COLUMNS);
}
const COLUMNS = 'as dataset({ x, y }) makes it';

/** Refuses what is not a data set, or not any more; and columns that are not numbers unless a `table` will do. */
export function checkDataset(where: string, data: unknown, table = false): asserts data is Dataset {
  if (!(data instanceof Dataset))
    throw new OptionError(`${where}: the data is not a data set; make one with dataset({ x, y })`);
  if (data.x.length === 0)
    throw new DataError(`${where}: the numbers of this set have been moved to a worker (transfer); make the set again`);
  const wrong = !table && data.fields && notNumbers(where, data.columns, data.fields);
  if (wrong) throw wrong;
}
