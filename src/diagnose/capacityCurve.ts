import { readable, table } from '../readable.js';
import type { FitOptions } from '../train/fitOptions.js';
import type { TrainingEngine } from './engine.js';
import { type Candidate, checkSeries, type Errors, series, type TrainAndValidation } from './series.js';

export interface Capacity extends Errors {
  readonly capacity: number;
}

/** The options of fit, but for `validation`, and where to train. */
export interface CapacityCurveOptions extends Partial<FitOptions> {
  /** threads({ module }) or redis(…) of regulus/sweep: each model is trained in a worker. Default: here, one after another. */
  engine?: TrainingEngine;
}

/** Trains models of growing capacity and returns their errors, as in figure 5.3 of Goodfellow et al. 2016: the training
 *  error falls, the validation error falls and then rises. `build(capacity)` returns a new model, or { model, options }
 *  with options of its own; `options` are those of `fit`, where `validation` is data.validation, for `stop` to watch. A
 *  ready model, such as nearestNeighbors({ k: capacity }), needs none. Errors are 1 − accuracy for classes, else the
 *  loss without penalties, in evaluation mode. With an `engine`, `build` is a function that the engine's module exports,
 *  or its name, and the curve has the same bits. Rejects with a LeakageError for a sealed set.
 *  @example await capacityCurve((units) => nn.sequential([nn.dense(units), nn.relu(), nn.dense(2)]), [1, 4, 16], { train, validation }, options) */
export async function capacityCurve(
  build: ((capacity: number) => Candidate) | string,
  capacities: readonly number[],
  data: TrainAndValidation,
  options: CapacityCurveOptions = {},
): Promise<Capacity[]> {
  const where = 'capacityCurve';
  const { engine: given, ...training } = options ?? {};
  const engine = checkSeries(where, build, capacities, data, given);
  const found: Capacity[] = [];
  const add = (capacity: number, trainError: number, validationError: number) =>
    found.push({ capacity, trainError, validationError });
  if (engine) {
    const { train, validation } = data;
    const asked = { where, build, train, validation, options: training, jobs: capacities };
    const points = await engine.trainings(asked);
    points.forEach(({ numbers: [a, b] }, i) => add(capacities[i], a, b));
  } else
    for await (const point of series(where, build as (capacity: number) => Candidate, capacities, data, training))
      add(point.value, point.trainError, point.validationError);
  return readable(found, (points) =>
    table([
      ['capacity', 'training error', 'validation error'],
      ...points.map(({ capacity, trainError, validationError }) => [capacity, trainError, validationError]),
    ]),
  );
}
