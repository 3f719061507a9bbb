import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkPlaces, oneHot } from '../ops/gather.js';
import { reshape } from '../ops/reshape.js';

/** Targets of a loss of classes, checked and laid out for output [n, classes]. */
export interface ClassTargets {
  readonly classes: number;
  /** [n, classes] */
  readonly output: Tensor;
  /** Labels [n], or rows [n, classes]. */
  readonly target: Tensor;
  readonly labels: boolean;
  /** The target as rows [n, classes]. */
  readonly soft: Tensor;
}

/** Checks that targets are labels [n], whole numbers below the number of classes, or rows [n, classes] as the output has. */
export function classTargets(name: string, given: Tensor, target: Tensor): ClassTargets {
  if (given.shape.length < 2) throw new ShapeError(`${name}: output is ${show(given.shape)}; it must be [n, classes]`);
  const classes = given.shape[given.shape.length - 1];
  const n = given.size / classes;
  const labels = target.size === n && target.shape.length < given.shape.length;
  if (!labels && (target.size !== given.size || target.shape.length !== given.shape.length))
    throw new ShapeError(
      `${name}: target ${show(target.shape)} does not fit output ${show(given.shape)}; give labels [n], or rows [n, classes]`,
    );
  if (labels) checkPlaces(name, target, 0, classes - 1, 'label', 'in row');
  const flat = reshape(target, labels ? [n] : [n, classes]);
  return {
    classes,
    output: reshape(given, [n, classes]),
    target: flat,
    labels,
    get soft() {
      return labels ? oneHot(flat, classes) : flat;
    },
  };
}
