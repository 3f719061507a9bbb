import type { Dataset } from './columns.js';
import { learned, type Scaling, type ScalingOptions } from './scaling.js';

/** Scales features to mean 0 and deviation 1: `standardize.fit(train)` learns mean and (biased) deviation of each feature from the
 *  training set, `.apply(data)` uses them on any set. A sealed set is not learned from, and stays sealed when applied.
 *  `only` names the features that change, by name or place.
 *  @example
 *  const scale = standardize.fit(train)
 *  await fit(model, scale.apply(train), options) */
export const standardize = {
  fit: (data: Dataset, options: ScalingOptions = {}): Scaling =>
    learned('standardize', data, options, (column) => {
      const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
      const squares = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
      return [mean, Math.sqrt(squares / column.length)];
    }),
};

/** Scales features to 0 … 1: learns the least and the largest value of each feature from the training set. */
export const minMax = {
  fit: (data: Dataset, options: ScalingOptions = {}): Scaling =>
    learned('minMax', data, options, (column) => {
      const least = column.reduce((a, b) => Math.min(a, b));
      const most = column.reduce((a, b) => Math.max(a, b));
      return [least, most - least];
    }),
};
