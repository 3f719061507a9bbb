import { curves } from '../curves.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer, positive } from '../options.js';
import { readable, short } from '../readable.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { type AnyModel, built, checkModel } from '../nn/model.js';
import { power } from '../optim/power.js';
import { sgd } from '../optim/sgd.js';
import { seedKey } from '../random/keys.js';
import { lossFor } from '../train/evaluate.js';
import { RECIPE, type RecipeOptions, recipeOf } from '../train/recipe.js';
import { Resident } from '../train/resident.js';
import { augmentedShape } from '../train/augmented.js';
import { lossesFor } from '../train/tasks.js';
import { normalizes } from '../train/training.js';
import { Updater } from '../train/updater.js';
import { planOf } from '../data/plan.js';
import { Updates } from '../train/updates.js';
import { Owned } from '../wasm/owned.js';

export interface LearningRateRangeOptions extends Partial<RecipeOptions> {
  /** The first rate. Default 1e-6. */
  from?: number;
  /** The last rate. Default 10. */
  to?: number;
  /** The number of updates between them. Default 100. */
  steps?: number;
  /** The number of rows in an update. Default 32. */
  batchSize?: number | 'full';
  /** The decay of the smoothed loss. Default 0.9. */
  smoothing?: number;
}
export interface LearningRateRange {
  readonly rates: number[];
  /** The loss of the batch before the update at each rate, up to the end of the test, which is where the loss is four
   *  times its minimum. */
  readonly losses: number[];
  /** The smoothed losses, from which the suggestion is taken. */
  readonly smoothed: number[];
  /** A tenth of the rate at which the smoothed loss is lowest. */
  readonly suggestion: number;
  /** Draws the curves as text. */
  picture(width?: number, height?: number): string;
}
/** The multiple of the lowest loss at which the rate is clearly too large. */
const TOO_MUCH = 4;

/** The range test (Smith 2017): makes updates at exponentially growing rates and records the loss. It works on a copy,
 *  so the model is not changed. The rate of the optimizer is ignored; the default optimizer is plain gradient descent,
 *  and the default loss the usual one for the kind of data. Throws a LeakageError for a sealed set.
 *  @example const { suggestion } = learningRateRange(model, train, { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }) }) */
export function learningRateRange(
  model: AnyModel,
  data: Dataset,
  options: LearningRateRangeOptions = {},
): LearningRateRange {
  const where = 'learningRateRange';
  refuseSealed(where, data);
  checkKeys(where, options, [...RECIPE, 'from', 'to', 'steps', 'batchSize', 'smoothing']);
  checkDataset(where, data);
  checkModel(where, model);
  const { batchSize = 32, from = 1e-6, to = 10, seed = 0 } = options;
  positive(where, 'from', from);
  if (positive(where, 'to', to) <= from) throw new OptionError(`${where}: to is ${to}; it must be above from, ${from}`);
  const steps = integer(where, 'steps', options.steps ?? 100, 2);
  const smoothing = inRange(where, 'smoothing', options.smoothing ?? 0.9, 0, 1);
  const size = batchSize === 'full' ? data.size : Math.min(data.size, integer(where, 'batchSize', batchSize, 1));

  const owned = new Owned();
  const [rates, losses, smoothed]: number[][] = [[], [], []];
  try {
    const copy = owned.add(model.clone());
    const loss = lossesFor(options.loss ?? lossFor(where, copy, data), data);
    const recipe = recipeOf(where, { optimizer: sgd({ learningRate: 1 }), ...options, loss });
    const inside = built(copy, augmentedShape(data.shape, recipe.augment), seed);
    const updater = owned.add(new Updater(inside, recipe));
    const resident = owned.add(new Resident(data, updater.tasks.targetsOf(where, data)));
    const plan = planOf(data.size, size, recipe.accumulate, normalizes(inside));
    const updates = owned.add(new Updates(updater, resident, plan));
    let mean = 0;
    let kept = 1;
    for (let k = 0; k < steps; k++) {
      const at = k % plan.updates;
      if (at === 0) resident.shuffle(seedKey(seed), Math.floor(k / plan.updates) + 1);
      const rate = from * power(to / from, k / (steps - 1));
      let now = Number.NaN;
      const { halted } = updates.run(at, at + 1, k, rate, (made) => {
        now = made.loss;
      });
      if (halted !== undefined) break;
      mean = smoothing * mean + (1 - smoothing) * now;
      kept *= smoothing;
      const smooth = smoothing === 1 ? now : mean / (1 - kept);
      rates.push(rate);
      losses.push(now);
      smoothed.push(smooth);
      if (smooth > TOO_MUCH * Math.min(...smoothed)) break;
    }
  } finally {
    owned.dispose();
  }
  const best = smoothed.indexOf(Math.min(...smoothed));
  const axis = { first: from.toPrecision(1), last: (rates.at(-1) ?? from).toPrecision(2), unit: 'rate' };
  const picture: LearningRateRange['picture'] = (width, height) =>
    curves(
      [
        { name: 'loss', mark: '·', values: losses },
        { name: 'smoothed', mark: '∘', values: smoothed },
      ],
      width,
      height,
      axis,
    );
  const suggestion = (rates[best] ?? from) / 10;
  return readable(
    { rates, losses, smoothed, suggestion, picture },
    () => `suggested rate: ${short(suggestion)}\n${picture()}`,
  );
}
