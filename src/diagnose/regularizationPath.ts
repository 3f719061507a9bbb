import { realize } from '../compile/realize.js';
import { UnsupportedError } from '../errors.js';
import { type AnyModel, inside } from '../nn/model.js';
import { readable, table } from '../readable.js';
import { selected } from '../optim/select.js';
import type { FitOptions } from '../train/fitOptions.js';
import { isLearner, type Learner } from './learner.js';
import { type Candidate, type Errors, series, type TrainAndValidation } from './series.js';

export interface Regularized extends Errors {
  readonly lambda: number;
  /** ‖w‖₂ of all weights together: no biases, no parameters of normalization. */
  readonly norm: number;
  /** The number of those weights that are exactly 0. */
  readonly zeros: number;
  /** Those weights one after another, in the order of `model.parameters()`: along the path, how each of them shrinks. */
  readonly coefficients: number[];
}

/** Trains a model for each strength λ of a penalty, and returns errors, weights, their norm and zeros: with growing λ the norm falls
 *  and the training error rises, while the validation error falls and then rises. `build(λ)` returns a new model with
 *  its λ: { model, options: { penalties: l2(λ) } }, or a ready model such as lasso({ lambda: λ }). Everything else is
 *  as in `capacityCurve`.
 *  @example await regularizationPath((lambda) => ({ model: nn.sequential([nn.dense(2)]), options: { penalties: l2(lambda) } }), [0, 0.01, 1], { train, validation }, options) */
export async function regularizationPath(
  build: (lambda: number) => Candidate,
  lambdas: readonly number[],
  data: TrainAndValidation,
  options: Partial<FitOptions> = {},
): Promise<Regularized[]> {
  const found: Regularized[] = [];
  for await (const { value, model, trainError, validationError } of series(
    'regularizationPath',
    build,
    lambdas,
    data,
    options,
  ))
    found.push({ lambda: value, trainError, validationError, ...sizeOfWeights(weightsOf(model)) });
  return readable(found, (points) =>
    table([
      ['λ', 'training error', 'validation error', '‖w‖', 'zeros'],
      ...points.map((p) => [p.lambda, p.trainError, p.validationError, p.norm, p.zeros]),
    ]),
  );
}

function sizeOfWeights(weights: readonly Float32Array[]): Pick<Regularized, 'norm' | 'zeros' | 'coefficients'> {
  const coefficients = weights.flatMap((values) => [...values]);
  let [squares, zeros] = [0, 0];
  for (const w of coefficients) {
    squares += w * w;
    zeros += Number(w === 0);
  }
  return { norm: Math.sqrt(squares), zeros, coefficients };
}

function weightsOf(model: AnyModel | Learner): Float32Array[] {
  if (isLearner(model)) {
    if (model.weights) return [realize(model.weights)];
    throw new UnsupportedError(
      'regularizationPath: this model has no weights, so there is no norm to report; use capacityCurve',
    );
  }
  const { parameters } = inside(model);
  return parameters ? selected(parameters.segments, 'weights').map((segment) => parameters.get(segment)) : [];
}
