import { DataError, OptionError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { finite, integer } from '../options.js';
import { brief } from './brief.js';
import { type Nested, type TensorLike, blockOf, checkFinite } from './numbers.js';

/** Examples in a typed array: the shape of one, their number, and the factor by which bytes are multiplied. */
export interface Examples {
  readonly x: Float32Array | Uint8Array;
  readonly shape: Shape;
  readonly scale: number;
  readonly size: number;
}

/**
 * Converts input to examples: at least one row, every number finite. Bytes stay bytes; floats are multiplied by `scale`
 * at once. Without `shape`, an example's shape is that of the rows, and [1] where each row is a number.
 */
export function examplesOf(where: string, given: TensorLike | Nested, shape?: Shape, scale = 1): Examples {
  const { values, shape: all } = blockOf(where, 'x', given);
  const example = shape !== undefined ? checkedShape(where, shape) : all.length > 1 ? all.slice(1) : [1];
  const width = sizeOf(example);
  const size = shape !== undefined && all.length === 1 ? values.length / width : all[0];
  if (!values.length)
    throw new DataError(`${where}: x is empty: its shape is ${show(all)}; give at least one row of one number`);
  if (size * width !== values.length || !Number.isInteger(size))
    throw new DataError(
      `${where}: x of shape ${show(all)} is not rows of shape ${show(example)} (${width} numbers each)`,
    );
  const factor = finite(where, 'scale', scale);
  if (values instanceof Uint8Array) return { x: values, shape: example, scale: factor, size };
  const x = values instanceof Float32Array && factor === 1 ? values : Float32Array.from(values, (v) => v * factor);
  checkFinite(where, 'x', x, width);
  return { x, shape: example, scale: 1, size };
}

function checkedShape(where: string, shape: Shape): Shape {
  if (!Array.isArray(shape))
    throw new OptionError(`${where}: shape is ${brief(shape)}; it must be the sizes of one example`);
  shape.forEach((n, i) => integer(where, `shape[${i}]`, n, 1));
  return [...shape];
}
