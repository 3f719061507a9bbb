import {
  behind,
  checkKeys,
  type Dataset,
  evaluate,
  inRange,
  integer,
  type Loss,
  lossFor,
  type Model,
  permutation,
  type Pipeline,
  readable,
  refuseSealed,
  seedKey,
  table,
} from '../index.js';
import { checkPair } from './answers.js';

/** How much a model relies on a feature. */
export interface Importance {
  /** The name of the column, or its number as text. */
  readonly feature: string;
  /** The mean rise of the loss when the column is shuffled, and its standard deviation over the repeats. */
  readonly mean: number;
  readonly std: number;
}
export interface ImportanceOptions {
  /** The loss. Default: that of the last fit, else the usual one for the kind of data. */
  loss?: Loss;
  /** How often each column is shuffled. Default 5. */
  repeats?: number;
  /** Default 0. */
  seed?: number;
}

/** Measures how much a model relies on each feature: the rise of the loss when the feature's values are dealt to other rows
 *  (permutation importance: Breiman 2001; Fisher, Rudin & Dominici 2019). The results are in the order of the columns; about 0 is a
 *  feature that is not used. Of features that tell the same, each may seem unimportant, since the model has the others.
 *
 *  `data` are rows that the model was not trained on, such as the validation set: on training rows, features that were learned by heart
 *  seem important. For a pipeline the columns are those of the raw table. Throws a LeakageError for a sealed set, since features are
 *  chosen by the result.
 *  @example importance(model, validation, { loss: crossEntropy() }).map(({ feature }) => feature) // ["0","1"] */
export function importance(model: Model | Pipeline, data: Dataset, options: ImportanceOptions = {}): Importance[] {
  const where = 'importance';
  checkKeys(where, options, ['loss', 'repeats', 'seed']);
  const repeats = integer(where, 'repeats', options.repeats ?? 5, 1);
  const seed = inRange(where, 'seed', options.seed ?? 0, Number.NEGATIVE_INFINITY);
  refuseSealed(where, data);
  checkPair(where, model, data);
  const [inner, seen] = behind(where, model, data);
  const loss = lossFor(where, inner as Model, seen, options.loss);
  const lossOn = (x: Dataset['x']): number => evaluate(model, data.with({ x }), { loss, metrics: [] }).loss;
  const still = lossOn(data.x);
  const { columns, size } = data;
  const width = columns.length;
  const found = columns.map(({ name }, j): Importance => {
    const rises = Array.from({ length: repeats }, (_, i) => {
      const order = permutation(size, seedKey(seed), STREAM + j, i);
      const x = data.x.slice();
      for (let row = 0; row < size; row++) x[row * width + j] = data.x[order[row] * width + j];
      return lossOn(x) - still;
    });
    const mean = rises.reduce((sum, rise) => sum + rise / repeats, 0);
    const squares = rises.reduce((sum, rise) => sum + (rise - mean) * (rise - mean), 0);
    return { feature: name, mean, std: Math.sqrt(squares / repeats) };
  });
  return readable(found, (all) =>
    table([
      ['feature', 'loss rises by', '±'],
      ...[...all].sort((a, b) => b.mean - a.mean).map(({ feature, mean, std }) => [feature, mean, std]),
    ]),
  );
}
/** The first stream of many: each column has one. */
const STREAM = 0xda7a2000;
