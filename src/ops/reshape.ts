import { ShapeError } from '../errors.js';
import { type Shape, sameShape, show, sizeOf } from '../graph/shape.js';
import { attributesOf, flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { full, fullOp } from '../graph/leaves.js';
import { shown } from '../options.js';
import { asTensor, type Operand } from './operand.js';

const reshapeOp: Op<Shape> = {
  name: 'reshape',
  shape: (_, shape) => shape,
  offset: () => 0,
  gradient: (dy, _, [x]) => [reshape(dy, x.shape)],
};

/** The same elements, in the same order, with another shape. One size may be −1 and is inferred. No copy is made. */
export function reshape(given: Operand, into: Shape): Tensor {
  const x = asTensor('reshape', given);
  const shape: Shape = Array.isArray(into) ? into : [0];
  const known = sizeOf(shape.filter((n) => n !== -1));
  const whole = shape.map((n) => (n === -1 ? x.size / known : n));
  if (
    sizeOf(whole) !== x.size ||
    whole.some((n) => !Number.isInteger(n) || n < 0) ||
    shape.filter((n) => n === -1).length > 1
  )
    throw new ShapeError(
      `reshape: ${show(x.shape)} has ${x.size} elements, which do not fill ${shown(into)}; give a list of sizes`,
    );
  if (sameShape(x.shape, whole)) return x;
  const value = attributesOf(fullOp, x)?.value;
  if (value !== undefined) return full(whole, value);
  return node(reshapeOp, x.op === (reshapeOp as Op) && !x.value ? x.inputs : [x], whole);
}

const stopGradientOp: Op<null> = { name: 'stopGradient', shape: ([x]) => x.shape, offset: () => 0, gradient: flat };
/** x, which differentiation takes as a constant. */
export const stopGradient = (x: Operand): Tensor => node(stopGradientOp, [asTensor('stopGradient', x)], null);

const identityOp: Op<null> = {
  name: 'identity',
  shape: ([x]) => x.shape,
  offset: () => 0,
  gradient: (dy) => [dy],
};
/** A new tensor with the values of x, so that a function can be differentiated with respect to this use of x only. */
export const identity = (x: Tensor): Tensor => node(identityOp, [x], null);
