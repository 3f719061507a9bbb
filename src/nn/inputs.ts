import { ShapeError } from '../errors.js';
import { type ByHead, isByName, matched } from '../graph/heads.js';
import { type Shape, sameShape, shapeOf, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { packed } from './heads.js';
import type { Composite } from './layer.js';

/** One example's shape, as the user gave it or as the model knows it. */
export function exampleShape({ inputs, shape, anyShape }: Composite, given: unknown): Shape {
  if (shape && (given === undefined || anyShape)) return shape;
  if (inputs && shape && isByName(given)) {
    matched('build', inputs, given as ByHead<Shape>, (own) => shapeOf('build', own));
    return shape;
  }
  const sizes = shapeOf('build', given);
  if (shape && !sameShape(sizes, shape))
    throw new ShapeError(`build: the model is for examples of ${show(shape)}, not of ${show(sizes)}`);
  return sizes;
}
/** The input of a model as one tensor. */
export function inputOf(where: string, { inputs }: Composite, given: Operand | ByHead<Operand>): Tensor {
  if (!inputs || !isByName(given)) return asTensor(where, given as Operand);
  const list = matched(
    where,
    inputs,
    Object.fromEntries(Object.entries(given).map(([name, x]) => [name, asTensor(where, x, name)])),
    ({ shape }) => shape.slice(1),
  );
  return packed(Object.fromEntries(inputs.map(({ name }, i) => [name, list[i]])));
}
