import type { Target } from '../data/target.js';
import { OptionError, ShapeError } from '../errors.js';
import { sizeOf } from '../graph/shape.js';
import { shown } from '../options.js';

/** Returns the weights of this many classes, for targets that are labels or rows with a share for each class. */
export type WeightsOf = (classes: number, isLabels: boolean) => ArrayLike<number>;

/** Weights from a given list, one for each class. */
export function listed(given: readonly number[] | undefined): WeightsOf | undefined {
  if (given === undefined) return undefined;
  const list = Array.isArray(given) || ArrayBuffer.isView(given) ? Array.from(given) : [];
  if (!list.length || !list.every((w) => Number.isFinite(w) && w >= 0))
    throw new OptionError(
      `crossEntropy: classWeights is ${shown(given)}; it must be 'balanced', or finite numbers from 0, one for each class`,
    );
  return (classes) => {
    if (list.length === classes) return list;
    throw new ShapeError(`crossEntropy: ${list.length} classWeights for ${classes} classes`);
  };
}

/** The weights 'balanced' of scikit-learn: n/(k·n_c) for a class c with n_c of the n targets, where k classes occur. A
 *  class without targets has the weight of one with a single target. Rows whose mask is 0 do not count; where targets
 *  are rows with a share for each class, the shares are added up. */
export function balanced({ values, shape, mask }: Target): WeightsOf {
  const [labels, shares] = [new Map<number, number>(), new Map<number, number>()];
  const add = (counts: Map<number, number>, label: number, count: number): void =>
    void counts.set(label, (counts.get(label) ?? 0) + count);
  const width = sizeOf(shape);
  values.forEach((value, i) => {
    if (mask?.[Math.floor(i / width)] === 0) return;
    if (Number.isInteger(value)) add(labels, value, 1);
    if (value > 0) add(shares, i % (shape.at(-1) ?? 1), value);
  });
  return (classes, isLabels) => {
    const counts = isLabels ? labels : shares;
    const each = [...counts.values()].reduce((sum, count) => sum + count, 0) / counts.size;
    return Array.from({ length: classes }, (_, label) => each / (counts.get(label) ?? 1));
  };
}

/** Throws for 'balanced' where no data set is known. */
export const unbalanced: WeightsOf = () => {
  throw new OptionError(
    "crossEntropy: classWeights 'balanced' are those of a data set, which is not known here; give numbers, or train with fit",
  );
};
