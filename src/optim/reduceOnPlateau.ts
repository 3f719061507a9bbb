import { type Configured, made } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, flag, inRange, integer, number, record } from '../options.js';
import { directionOf, type Mode } from './direction.js';

export interface ReduceOnPlateauOptions {
  /** The factor on the rate. Default 0.1. */
  factor?: number;
  /** The number of values without improvement that are tolerated; the next one reduces the rate. Default 10. */
  patience?: number;
  /** An improvement is a value below best − minDelta, or below best·(1 − minDelta) where it is relative; with mode 'max', above + instead
   *  of −. Default 1e-4. */
  minDelta?: number;
  /** Whether `minDelta` is relative to the best value. Default false. */
  relative?: boolean;
  /** The number of values after a reduction that do not count. Default 0. */
  cooldown?: number;
  /** The rate is never reduced below this. Default 0. */
  minRate?: number;
  /** Whether small ('min') or large values ('max') are good. By default the name of the watched value decides: 'min'
   *  for losses and errors, 'max' for accuracy, topK, precision, recall, f1, rocAuc and r2, also of a head. A metric of
   *  your own needs it. */
  mode?: Mode;
  /** The watched value, as a path in the history. Default 'validation.loss'. */
  monitor?: string;
}
export interface PlateauState {
  /** The best value so far; undefined before the first. */
  readonly best?: number;
  /** The number of values since the best, or since the last reduction. */
  readonly waited: number;
  /** The number of coming values that do not count. */
  readonly cooling: number;
}
/** A monitor, which watches a value of the history after every epoch and multiplies the rate. */
export interface Monitor extends Configured {
  readonly monitor: string;
  readonly minRate: number;
  init(): PlateauState;
  /** Takes a value. `factor` is set in the update that reduces the rate. */
  update(state: PlateauState, value: number): { state: PlateauState; improved: boolean; factor?: number };
}

/** Reduces the rate when a value has not improved for a while, as PyTorch's ReduceLROnPlateau; its factor multiplies the scheduled
 *  rate. Throws an OptionError where `mode` is not given and does not follow from the name of the watched value.
 *  @example await fit(model, train, { ...options, validation, monitors: reduceOnPlateau({ patience: 3 }) }) */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): Monitor {
  const name = 'reduceOnPlateau';
  const keys = ['factor', 'patience', 'minDelta', 'relative', 'cooldown', 'minRate', 'mode', 'monitor'];
  checkKeys(name, options, keys);
  const factor = inRange(name, 'factor', options.factor ?? 0.1, 0, 1);
  if (factor === 1) throw new OptionError(`${name}: factor is 1, which reduces nothing; it must be below 1`);
  const patience = integer(name, 'patience', options.patience ?? 10, 0);
  const minDelta = inRange(name, 'minDelta', options.minDelta ?? 1e-4, 0);
  const relative = flag(name, 'relative', options.relative ?? false);
  const cooldown = integer(name, 'cooldown', options.cooldown ?? 0, 0);
  const minRate = inRange(name, 'minRate', options.minRate ?? 0, 0);
  const { monitor = 'validation.loss' } = options;
  const sign = directionOf(name, monitor, options.mode);
  const bound = (best: number): number => (relative ? best * (1 - sign * minDelta) : best - sign * minDelta);
  return made({
    config: { name, options: { ...options } },
    monitor,
    minRate,
    init: () => ({ waited: 0, cooling: 0 }),
    update(state, value) {
      number(`${name}.update`, 'value', value);
      const { best, waited, cooling } = record(`${name}.update`, 'state', state, 'a state of init or update');
      integer(`${name}.update`, 'state.waited', waited);
      integer(`${name}.update`, 'state.cooling', cooling);
      const improved = best === undefined ? !Number.isNaN(value) : sign * value < sign * bound(best);
      const now = improved ? value : best;
      const after = improved || cooling > 0 ? 0 : waited + 1;
      const rest = Math.max(0, cooling - 1);
      if (after <= patience) return { state: { best: now, waited: after, cooling: rest }, improved };
      return { state: { best: now, waited: 0, cooling: cooldown }, improved, factor };
    },
  });
}
