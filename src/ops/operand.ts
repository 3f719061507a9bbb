import { OptionError, ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { attributesOf, Tensor } from '../graph/tensor.js';
import { constant, full, fullOp } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { numbersOf, type Values } from '../graph/values.js';

/** An operand of an op: a tensor, or values that one can be made of. */
export type Operand = Tensor | Values;

/** Converts an operand to a tensor. `op` and `name` are for messages; `axes` describes the axes that it must have. */
export function asTensor(op: string, x: Operand, name = 'x', axes?: string): Tensor {
  if (!axes && x instanceof Tensor) return x;
  let t: Tensor;
  if (x instanceof Tensor) t = x;
  else if (typeof x === 'number') t = full([], x);
  else {
    const { data, shape } = numbersOf(op, x, name);
    t = constant(data, shape);
  }
  if (axes && t.shape.length !== axes.split(',').length)
    throw new ShapeError(`${op}: ${name} is ${show(t.shape)}; it must be ${axes}`);
  return t;
}
/** Axes of images, for asTensor. */
export const IMAGES = '[n, h, w, channels]';

/** A list of tensors. */
export function asTensors(op: string, xs: readonly Operand[], name = 'xs'): Tensor[] {
  if (Array.isArray(xs) && xs.length) return Array.from(xs, (x: Operand, i) => asTensor(op, x, `${name}[${i}]`));
  throw new OptionError(`${op}: ${name} is ${shown(xs)}; give a list of at least one tensor`);
}

/** The value of all elements, if the tensor is a constant made by `full`. */
export const constantValue = (t: Tensor): number | undefined => attributesOf(fullOp, t)?.value;

/** The axis counted from 0; negative ones count from the end. */
export function axisOf(op: string, axis: number, rank: number): number {
  if (!rank) throw new ShapeError(`${op}: axis ${shown(axis)} was given, but a single number has no axes`);
  const at = Number.isInteger(axis) && axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw new ShapeError(
      `${op}: axis ${shown(axis)} is not an axis of a tensor with ${rank} axes; use ${-rank} to ${rank - 1}`,
    );
  return at;
}

/** An axis, several, or all of them. */
export type Axes = number | readonly number[];

/** The axes counted from 0, each once; all axes where none are given. */
export function axesOf(op: string, rank: number, axes?: Axes): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (!Array.isArray(axes)) return [axisOf(op, axes as number, rank)];
  const found = Array.from(axes, (axis: number) => axisOf(op, axis, rank));
  if (new Set(found).size < found.length) throw new ShapeError(`${op}: axis ${shown(axes)} names an axis twice`);
  return found;
}

/** The floats in a part of elementwise work: three operands of this size fit into the first-level cache. */
export const TILE = 4096;
export const tiles = (n: number): number => Math.ceil(n / TILE);
