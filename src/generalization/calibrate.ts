import {
  type AnyModel,
  built,
  checkKeys,
  type Dataset,
  integer,
  isMade,
  type Model,
  modelOf,
  nn,
  type Part,
  type Pipeline,
  RawModel,
  readable,
  refuseSealed,
  short,
  table,
} from '../index.js';
import { checkClasses, checkPair, logitsAndLabels, pipelineOf } from './answers.js';
import { BINS, type Quality, reliabilityOf } from './reliability.js';
import { type Matrix, softmaxOf } from './rows.js';

/** A calibrated model, and what calibration changed. */
export interface Calibrated<M> {
  /** What the outputs are divided by: above 1 where the model was too sure, below 1 where it was not sure enough. */
  readonly temperature: number;
  /** The quality of the probabilities on the calibration set, before and after. */
  readonly before: Quality;
  readonly after: Quality;
  /** A copy of the model whose outputs are divided by the temperature. Its weights carry it, so that files, exports and workers know
   *  nothing of it. */
  readonly model: M;
}
/** The limits of 1/T. At them, the calibration set has no best temperature. */
const [LEAST, MOST] = [1e-3, 1e3];

/** Makes the probabilities of a classifier honest, by one number: the temperature T > 0 that minimizes the negative log likelihood of
 *  softmax(outputs / T) on a calibration set (Guo et al. 2017). Which class is the most probable does not change, and so neither does the
 *  accuracy. The minimum is unique; T is kept within 0.001 and 1000, which it reaches where every answer is right, or the outputs
 *  tell less than nothing.
 *
 *  `data` are rows that the model was not trained on, such as the validation set: a training set would tell that the model is right to be
 *  sure. `bins` (default 15) is that of the expected calibration error. The model is not changed. Throws a LeakageError for a sealed
 *  set, a DataError where y is values.
 *  @example const { temperature, model: calibrated } = calibrate(model, validation)
 *  calibrated.classify(validation).labels.length === validation.size */
export function calibrate(model: Model, data: Dataset, options?: { bins?: number }): Calibrated<Model>;
export function calibrate(model: Pipeline, data: Dataset, options?: { bins?: number }): Calibrated<Pipeline>;
export function calibrate(
  model: Model | Pipeline,
  data: Dataset,
  options: { bins?: number } = {},
): Calibrated<Model> | Calibrated<Pipeline> {
  const where = 'calibrate';
  checkKeys(where, options, ['bins']);
  const bins = integer(where, 'bins', options.bins ?? BINS, 1, 10_000);
  refuseSealed(where, data);
  checkPair(where, model, data);
  checkClasses(where, data);
  const { logits, labels } = logitsAndLabels(where, model, data);
  const beta = inverseTemperature(logits, labels);
  const quality = (by: number): Quality => {
    const { nll, ece, brier } = reliabilityOf(softmaxOf(logits, by), labels, bins);
    return { nll, ece, brier };
  };
  const raw = pipelineOf(model);
  const cooled = raw
    ? new RawModel(raw.steps, scaled(raw.model, beta), raw.source, raw.units)
    : scaled(model as Model, beta);
  const found = { temperature: 1 / beta, before: quality(1), after: quality(beta), model: cooled };
  return readable(found as Calibrated<Model>, ({ temperature, before, after }) =>
    [
      `temperature ${short(temperature)}`,
      table([
        ['', 'negative log likelihood', 'calibration error', 'Brier score'],
        ['before', before.nll, before.ece, before.brier],
        ['after', after.nll, after.ece, after.brier],
      ]),
    ].join('\n'),
  );
}

/** The β = 1/T with the least mean −log softmax(βz)[label]. That is convex in β: its slope, the mean of E[z] − z[label], is bisected until
 *  float64 has nothing between the ends. */
function inverseTemperature(logits: Matrix, labels: Int32Array): number {
  const { values, rows, columns } = logits;
  const slope = (beta: number): number => {
    const p = softmaxOf(logits, beta).values;
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const from = row * columns;
      const own = values[from + labels[row]];
      for (let k = from; k < from + columns; k++) sum += p[k] * (values[k] - own);
    }
    return sum;
  };
  if (slope(LEAST) >= 0) return LEAST;
  if (slope(MOST) <= 0) return MOST;
  let [low, high] = [LEAST, MOST];
  for (;;) {
    // Halves the ratio while that is large, and the distance once it is small.
    const middle = high > 2 * low ? Math.sqrt(low * high) : low + (high - low) / 2;
    if (middle <= low || middle >= high) return low;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
}

/** A copy of a model whose outputs are multiplied by β: its last layer has other weights where it is linear, else a layer is added. */
function scaled<M extends AnyModel>(model: M, beta: number): M {
  const copy = model.clone();
  const { part, shape, blueprint } = built(copy);
  const path = linearEnd(copy, '');
  if (path !== undefined) {
    const own = copy.parameters().filter(({ name }) => [`${path}weight`, `${path}bias`].includes(name));
    for (const { get, set } of own) set(get().map((w) => w * beta));
    return copy as M;
  }
  const width = blueprint.output[blueprint.output.length - 1];
  const inner = Object.entries(copy.state()).map(([name, values]) => [`0.${name}`, values]);
  const diagonal = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) ? 0 : beta));
  const state = { ...Object.fromEntries(inner), '1.weight': diagonal };
  copy.dispose();
  return nn.sequential([modelOf(part), nn.dense(width, { bias: false })]).build(shape, { state }) as unknown as M;
}

/** The path of the last layer of a chain, where it is dense and has no activation. */
function linearEnd(part: Part, path: string): string | undefined {
  if ('children' in part) {
    if (part.config.name !== 'sequential' || !isMade(part)) return undefined;
    const last = Object.entries(part.children).at(-1);
    return last && linearEnd(last[1], `${path}${last[0]}.`);
  }
  const { name, options } = part.config;
  return name === 'dense' && isMade(part) && options.activation === undefined ? path : undefined;
}
