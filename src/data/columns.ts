import { DataError, LeakageError, OptionError } from '../errors.js';
import type { Head } from '../graph/heads.js';
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
  /** The factor by which x is multiplied for a model; 1 unless x is bytes. */
  readonly scale: number;
  /** The number of rows. */
  readonly size: number;
  /** The targets, one for each head; empty where nothing is to be predicted. */
  readonly targets: readonly Target[];
  /** The weight of each row in the loss. */
  readonly weights?: Float32Array;
  /** The number of steps of each row, where rows are sequences of unequal length; behind them x is zeros. */
  readonly lengths?: Int32Array;
  /** Whether this is a test set, which is refused wherever something is fitted or selected. */
  readonly sealed: boolean;
  /** The seal that a sealed set shares with the sets it was made from. */
  readonly seal?: Seal;
  /** The names of x's columns and of y, where the source had names. */
  readonly featureNames?: readonly string[];
  readonly targetName?: string;
  /** The types of a table's columns, where they are not all numbers. */
  readonly fields?: readonly Field[];
  /** The inputs by name, side by side in a row of x, where an example has several. */
  readonly inputs?: readonly Head[];
}

/** Examples and their targets in typed arrays. Never changed: every method returns another set. */
export class Dataset implements Columns {
  declare readonly x: Float32Array | Uint8Array;
  readonly shape: Shape;
  readonly scale: number;
  readonly size: number;
  declare readonly targets: readonly Target[];
  declare readonly weights?: Float32Array;
  declare readonly lengths?: Int32Array;
  readonly sealed: boolean;
  readonly seal?: Seal;
  readonly featureNames?: readonly string[];
  readonly targetName?: string;
  readonly fields?: readonly Field[];
  readonly inputs?: readonly Head[];
  #columns?: readonly Column[];

  /** The columns. Throws a DataError where they were moved to a worker. */
  constructor(columns: Columns) {
    checkColumns(columns);
    const { x, shape, scale, size, targets, weights, lengths, sealed } = columns;
    const { seal, featureNames, targetName, fields, inputs } = columns;
    if (seal && !sealed) throw new LeakageError('dataset: a sealed set stays sealed, and so does what is made of it');
    this.shape = shape;
    this.scale = scale;
    this.size = size;
    this.sealed = sealed;
    this.seal = seal ?? (sealed ? { opened: 0 } : undefined);
    this.featureNames = featureNames;
    this.targetName = targetName;
    this.fields = fields;
    this.inputs = inputs;
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
      lengths: held(lengths, () => isEmpty(lengths)),
    });
  }

  /** What each column is: its type, its categories in sorted order, and how many of its cells are missing. */
  get columns(): readonly Column[] {
    this.#columns ??= columnsOf({ ...(this as Columns), width: sizeOf(this.shape) });
    return this.#columns;
  }
  /** Returns the target of a head, or the only target. */
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
  /** Labels (Int32Array) or values (Float32Array) of the only target. With several heads, use `target(head).values`. */
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
  /** How often a sealed set, or a part or scaled copy of it, was evaluated or predicted; 0 for other sets. */
  get opened(): number {
    return this.seal?.opened ?? 0;
  }

  /** Returns the set with some columns replaced. A sealed set stays sealed: `{ sealed: false }` throws a LeakageError. */
  with(changes: Partial<Columns>): Dataset {
    checkKeys('with', changes, Object.keys(this), true);
    return new Dataset({ ...(this as Columns), ...changes });
  }
  /** Copies the rows `indices`, counted from 0, in that order, into a new set. At least one is needed. */
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
      lengths: this.lengths && gatherRows(this.lengths, 1, indices),
    });
  }
  /** Returns the rows from `begin` to before `end`, like an array's `slice`: negative numbers count from the end. Memory is shared with this set. */
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
      lengths: this.lengths?.subarray(a, b),
    });
  }
  /** Returns the first n rows, or all if there are fewer. */
  take(n: number): Dataset {
    return this.slice(0, integer('take', 'n', n, 1));
  }
  /** Appends the rows of another set of the same kind. The result is sealed if one of the two is. */
  concat(other: Columns): Dataset {
    checkDataset('concat', other, true);
    return this.with(concatenated(this, other));
  }
  /** Returns all rows in a random order that depends on the seed and the number of rows only. */
  shuffle(seed = 0): Dataset {
    return this.rows(permutation(this.size, seedKey(seed, 'shuffle'), streams.shuffle));
  }
  /**
   * Makes a set of the results of `f` for each example; a part that `f` does not return is unchanged. `f` is synchronous: it returns { x }, { y } or
   * { x, y }.
   * @example data.map(({ x }) => ({ x: x.map(Math.abs) }))
   */
  map(f: (example: Example<Float32Array>, row: number) => Partial<Example>): Dataset {
    return mapExamples(this, f);
  }
}

/** Refuses columns of wrong types or lengths; their numbers are not checked. */
function checkColumns(columns: Columns): void {
  const where = 'dataset';
  const { x, shape, scale, size, targets, weights, lengths, sealed } = record(where, 'options', columns, COLUMNS);
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
  if (lengths !== undefined && !has(lengths, 1, Int32Array)) refuse(where, 'lengths', lengths, COLUMNS);
}
const COLUMNS = 'as dataset({ x, y }) makes it';

/** Refuses a value that is not a data set, or one whose numbers were moved to a worker; and columns that are not numbers unless `table` allows them. */
export function checkDataset(where: string, data: unknown, table = false): asserts data is Dataset {
  if (!(data instanceof Dataset))
    throw new OptionError(`${where}: the data is not a data set; make one with dataset({ x, y })`);
  if (data.x.length === 0)
    throw new DataError(`${where}: the numbers of this set have been moved to a worker (transfer); make the set again`);
  const wrong = !table && data.fields && notNumbers(where, data.columns, data.fields);
  if (wrong) throw wrong;
}
