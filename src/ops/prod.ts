import { ShapeError } from '../errors.js';
import { show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { flag } from '../options.js';
import { mul } from './arithmetic.js';
import { concat, slice, transpose } from './arrange.js';
import { asTensor, type Axes, axesOf, type Operand } from './operand.js';
import { reshape } from './reshape.js';

/** The product over the axes (default all). Its gradient is right where elements are 0: halves are multiplied until one
 *  element is left, so it divides by nothing. */
export function prod(x: Operand, axis?: Axes, keepDims = false): Tensor {
  const t = asTensor('prod', x);
  const axes = axesOf('prod', t.shape.length, axis);
  const rest = t.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const kept = flag('prod', 'keepDims', keepDims)
    ? t.shape.map((n, i) => (axes.includes(i) ? 1 : n))
    : rest.map((i) => t.shape[i]);
  const count = sizeOf(axes.map((i) => t.shape[i]));
  if (!count) throw new ShapeError(`prod: an axis of ${show(t.shape)} is empty: there is nothing to reduce`);
  let y = reshape(transpose(t, [...axes, ...rest]), [count, t.size / count]);
  for (let n = count; n > 1; n = y.shape[0]) {
    const half = Math.floor(n / 2);
    const product = mul(slice(y, 0, half), slice(y, half, 2 * half));
    y = n % 2 ? concat([product, slice(y, n - 1, n)]) : product;
  }
  return reshape(y, kept);
}
