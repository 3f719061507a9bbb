import { OptionError, ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { attributesOf, Tensor } from '../graph/tensor.js';
import { full, fullOp } from '../graph/leaves.js';

/** What an op takes: a tensor, or a number where a tensor is expected. */
export type Operand = Tensor | number;

/** The operand as a tensor; `op` names the caller where it is neither. */
export function asTensor(op: string, x: Operand): Tensor {
  if (typeof x === 'number') return full([], x);
  if (x instanceof Tensor) return x;
  const what = Array.isArray(x) ? 'an array' : shown(x);
  throw new OptionError(`${op}: takes tensors and numbers, not ${what}; make a tensor of it with tensor(…)`);
}

/** The value that all elements have, where the description says so. */
export const constantValue = (t: Tensor): number | undefined => attributesOf(fullOp, t)?.value;

/** The axis counted from 0; negative ones count from the end. */
export function axisOf(op: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!rank) throw new ShapeError(`${op}: axis ${axis} was given, but a single number has no axes`);
  if (!Number.isInteger(axis) || at < 0 || at >= rank)
    throw new ShapeError(
      `${op}: axis ${axis} is not an axis of a tensor with ${rank} axes; use ${-rank} to ${rank - 1}`,
    );
  return at;
}

/** Floats that a part of elementwise work covers: three operands of a tile fit the first-level cache. */
export const TILE = 4096;
export const tiles = (n: number): number => Math.ceil(n / TILE);
