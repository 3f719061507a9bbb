import { readable, table } from '../readable.js';
import type { FitOptions } from '../train/fitOptions.js';
import { type Candidate, type Errors, series, type TrainAndValidation } from './series.js';

export interface Capacity extends Errors {
  readonly capacity: number;
}

/** Trains models of growing capacity and returns their errors, as in figure 5.3 of Goodfellow et al. 2016: the training
 *  error falls, the validation error falls and then rises. `build(capacity)` returns a new model, or { model, options }
 *  with options of its own; `options` are those of `fit`, where `validation` is data.validation, for `stop` to watch. A
 *  ready model, such as nearestNeighbors({ k: capacity }), needs none. Errors are 1 − accuracy for classes, else the
 *  loss without penalties, in evaluation mode. Rejects with a LeakageError for a sealed set.
 *  @example await capacityCurve((units) => nn.sequential([nn.dense(units), nn.relu(), nn.dense(2)]), [1, 4, 16], { train, validation }, options) */
export async function capacityCurve(
  build: (capacity: number) => Candidate,
  capacities: readonly number[],
  data: TrainAndValidation,
  options: Partial<FitOptions> = {},
): Promise<Capacity[]> {
  const found: Capacity[] = [];
  for await (const { value, trainError, validationError } of series('capacityCurve', build, capacities, data, options))
    found.push({ capacity: value, trainError, validationError });
  return readable(found, (points) =>
    table([
      ['capacity', 'training error', 'validation error'],
      ...points.map(({ capacity, trainError, validationError }) => [capacity, trainError, validationError]),
    ]),
  );
}
