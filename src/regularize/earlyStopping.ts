import { type Configured, made } from '../config.js';
import { OptionError } from '../errors.js';
import { directionOf, type Mode } from '../optim/direction.js';
import { checkKeys, flag, inRange, integer, oneOf, number, record } from '../options.js';

export interface EarlyStoppingOptions {
  /** The number of evaluations without improvement after which training stops. Default 10. */
  patience?: number;
  /** An improvement is a value below best − minDelta; with mode 'max', one above best + minDelta. Default 0. */
  minDelta?: number;
  /** The watched value, as a path in the history such as 'validation.loss' (default) or 'validation.accuracy'. */
  monitor?: string;
  /** Whether small ('min') or large values ('max') are good. By default the name of the watched value decides: 'min'
   *  for losses and errors, 'max' for accuracy, topK, precision, recall, f1, rocAuc and r2, also of a head. A metric of
   *  your own needs it. */
  mode?: Mode;
  /** The interval of evaluations, in epochs (default 1) or updates. */
  every?: { epochs: number } | { steps: number };
  /** Whether the best parameters are restored at the end. Default true. */
  restoreBest?: boolean;
  /** Trains again at the end, on training and validation set together (algorithms 7.2 and 7.3 of Goodfellow et al. 2016):
   *  'same-steps': from fresh weights of the same seed, with the number of updates of the best ones; 'continue': from
   *  the best weights, until the loss on the validation set is at most the loss that they had on the whole training
   *  set, or until `maxEpochs` have passed. Default: no second training. */
  retrain?: 'same-steps' | 'continue';
  /** The largest number of epochs of 'continue'. Default: the `epochs` of fit. */
  maxEpochs?: number;
}
export interface StoppingState {
  /** The best value, in the direction of `mode`; undefined before the first. */
  readonly best?: number;
  /** The number of evaluations since the best. */
  readonly waited: number;
}
export interface EarlyStopping extends Configured {
  readonly monitor: string;
  readonly every: { epochs: number } | { steps: number };
  readonly restoreBest: boolean;
  readonly retrain?: 'same-steps' | 'continue';
  readonly maxEpochs?: number;
  init(): StoppingState;
  update(state: StoppingState, value: number): { state: StoppingState; improved: boolean; stop: boolean };
}

/** Stops training when a value has not improved for a while, and keeps the best parameters: a copy is made at every
 *  improvement (algorithm 7.1 of Goodfellow et al. 2016). NaN is never an improvement. Throws an OptionError where
 *  `mode` is not given and does not follow from the name of the watched value.
 *  @example await fit(model, train, { ...options, validation, stop: earlyStopping({ patience: 5 }) })
 *  @example earlyStopping({ monitor: 'validation.accuracy' }) // keeps the parameters with the largest accuracy */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  const name = 'earlyStopping';
  checkKeys(name, options, ['patience', 'minDelta', 'monitor', 'mode', 'every', 'restoreBest', 'retrain', 'maxEpochs']);
  const patience = integer(name, 'patience', options.patience ?? 10, 1);
  const minDelta = inRange(name, 'minDelta', options.minDelta ?? 0, 0);
  const { monitor = 'validation.loss', every = { epochs: 1 } } = options;
  const sign = directionOf(name, monitor, options.mode);
  checkKeys(`${name}: every`, every, ['epochs', 'steps']);
  const count = 'steps' in every ? every.steps : every.epochs;
  if (Object.keys(every).length !== 1) throw new OptionError(`${name}: every must be { epochs: n } or { steps: n }`);
  integer(name, 'every', count, 1);
  const restoreBest = flag(name, 'restoreBest', options.restoreBest ?? true);
  const { retrain, maxEpochs } = options;
  if (retrain !== undefined) oneOf(name, 'retrain', retrain, ['same-steps', 'continue']);
  if (retrain && !restoreBest)
    throw new OptionError(`${name}: retrain goes on from what was best; leave restoreBest: false out`);
  if (maxEpochs !== undefined) {
    integer(name, 'maxEpochs', maxEpochs, 1);
    if (retrain !== 'continue') throw new OptionError(`${name}: maxEpochs is for retrain: 'continue'`);
  }
  return made({
    config: { name, options: { ...options } },
    monitor,
    every,
    restoreBest,
    retrain,
    maxEpochs,
    init: () => ({ waited: 0 }),
    update(before, value) {
      number(`${name}.update`, 'value', value);
      const { best, waited } = record(`${name}.update`, 'state', before, 'a state of init or update');
      integer(`${name}.update`, 'state.waited', waited);
      const improved = best === undefined ? !Number.isNaN(value) : sign * value < sign * best - minDelta;
      const state = improved ? { best: value, waited: 0 } : { best, waited: waited + 1 };
      return { state, improved, stop: state.waited >= patience };
    },
  });
}
