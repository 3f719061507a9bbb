import { DataError, OptionError } from '../errors.js';
import { type ByHead, type Head, inputsOfShapes, isByName, sideBySide, widthOf } from '../graph/heads.js';
import type { Shape } from '../graph/shape.js';
import { checkKeys, flag, inRange } from '../options.js';
import { Dataset } from './columns.js';
import { type Examples, examplesOf } from './examples.js';
import { type Nested, type TensorLike, blockOf, isTensorLike } from './numbers.js';
import { type Classes, type Target, type TargetLike, targetOf } from './target.js';

/** The argument of `dataset`. */
export interface DatasetOptions {
  /** The examples: a tensor, nested rows, or a typed array with `shape`. A list of plain numbers is rows of one feature. Several
   *  inputs go by name, as nn.graph takes them: { user, item }. */
  x: TensorLike | Nested | ByHead<TensorLike | Nested>;
  /** One target per row, or several by head. */
  y?: TargetLike | Readonly<Record<string, TargetLike>>;
  /** 1 where a row has its target, 0 where it lacks it; by head where y is. */
  mask?: TensorLike | Nested | Readonly<Record<string, TensorLike | Nested>>;
  /** The weight of each row in the loss, at least 0. */
  weights?: TensorLike | Nested;
  /** The number of classes or their names; `false` takes whole numbers as values. By head where y is. Default: decided by y, as described at `dataset`. */
  classes?: Classes | Readonly<Record<string, Classes>>;
  /** The shape of one example; by name where x is. */
  shape?: Shape | ByHead<Shape>;
  /** The factor by which x is multiplied; 1/255 maps bytes to 0 … 1. */
  scale?: number;
  sealed?: boolean;
}

const isByHead = (y: unknown): y is Readonly<Record<string, TargetLike>> =>
  typeof y === 'object' && y !== null && !Array.isArray(y) && !ArrayBuffer.isView(y) && !isTensorLike(y);

/**
 * Makes a data set from arrays, lists or tensors. Typed arrays are kept, not copied: do not change them afterwards. Uint8Array stays
 * bytes; everything else becomes float32.
 *
 * y is labels where `classes` says so (their number, or their names), and where it is whole numbers from 0, one per row, in an
 * integer array (Int32Array, Uint8Array, …). In a list, Float32Array or tensor they are labels only where every class from 0 to
 * the largest occurs and rows are at least ten times as many as classes, else values; losses of classes take such values as
 * labels too. `classes: false` makes all of them values. Strings are labels of the sorted distinct strings. With `classes`, y [n, t]
 * are the labels of the steps of sequences, and y [n, h, w] those of the places of maps.
 *
 * Throws a DataError for an empty set, NaN and infinities (with row and column), ragged rows, unequal lengths and labels
 * outside of the classes.
 * @example dataset({ x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0], classes: 2 })
 */
export const fromMemory = (options: DatasetOptions): Dataset => fromOptions('dataset', options);

/** Does the work of `dataset`, with the name of the calling function in messages. */
export function fromOptions(where: string, options: DatasetOptions): Dataset {
  checkKeys(where, options, ['x', 'y', 'mask', 'weights', 'classes', 'shape', 'scale', 'sealed'], true);
  const examples = inputsOf(where, options);
  return new Dataset({
    ...examples,
    targets: targetsOf(where, options, examples.size),
    weights: options.weights === undefined ? undefined : weightsOf(where, options.weights, examples.size),
    sealed: flag(where, 'sealed', options.sealed ?? false),
  });
}

/** The examples, with several inputs side by side. */
function inputsOf(where: string, { x, shape, scale }: DatasetOptions): Examples & { inputs?: readonly Head[] } {
  if (!isByHead(x)) {
    if (isByName(shape))
      throw new OptionError(`${where}: shape names inputs, but x is one input; give its sizes in a list`);
    return examplesOf(where, x as TensorLike | Nested, shape as Shape, scale);
  }
  const names = Object.keys(x);
  if (!names.length) throw new OptionError(`${where}: x names no inputs; give { name: examples }`);
  if (shape !== undefined) checkKeys(`${where}: shape`, shape, names);
  const shapes = (shape ?? {}) as ByHead<Shape>;
  const parts = Object.fromEntries(
    names.map((name) => [name, examplesOf(`${where}: x.${name}`, x[name] as TensorLike | Nested, shapes[name], scale)]),
  );
  const inputs = inputsOfShapes(Object.fromEntries(names.map((name) => [name, parts[name].shape])));
  const numbers = inputs.map(({ name }) => {
    const { x: own, scale: factor } = parts[name];
    return factor === 1 ? own : Float32Array.from(own, (v) => v * factor);
  });
  const joint = sideBySide(where, inputs, numbers);
  return { x: joint, shape: [widthOf(inputs)], scale: 1, size: parts[names[0]].size, inputs };
}

function targetsOf(where: string, { y, mask, classes }: DatasetOptions, rows: number): Target[] {
  if (y === undefined) {
    if (mask !== undefined || classes !== undefined)
      throw new OptionError(`${where}: mask and classes describe y, which is not given`);
    return [];
  }
  if (!isByHead(y)) {
    if (isByHead(mask)) throw new OptionError(`${where}: mask names heads, but y is one target; give mask as a list`);
    return [targetOf(where, { name: '', y, classes: classes as Classes, mask: mask as TensorLike | Nested, rows })];
  }
  const heads = Object.keys(y);
  if (!heads.length) throw new OptionError(`${where}: y names no heads; give { head: targets }`);
  const byHead = <T>(name: string, given: unknown): Readonly<Record<string, T>> => {
    if (given === undefined) return {};
    if (!isByHead(given))
      throw new OptionError(`${where}: y names heads, so ${name} must name them too: { ${heads[0]}: … }`);
    checkKeys(`${where}: ${name}`, given, heads);
    return given as unknown as Readonly<Record<string, T>>;
  };
  const masks = byHead<TensorLike | Nested>('mask', mask);
  const counts = byHead<Classes>('classes', classes);
  return heads.map((name) => targetOf(where, { name, y: y[name], classes: counts[name], mask: masks[name], rows }));
}

function weightsOf(where: string, given: TensorLike | Nested, rows: number): Float32Array {
  const { values } = blockOf(where, 'weights', given);
  if (values.length !== rows)
    throw new DataError(`${where}: x has ${rows} rows and weights has ${values.length} numbers; give one for each row`);
  return Float32Array.from(values, (w, i) => inRange(where, `weights[${i}]`, w, 0));
}
