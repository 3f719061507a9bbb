import { configured } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer, positive, shown } from '../options.js';
import { power } from './power.js';
import type { Schedule } from './schedule.js';

/** Checks a list of update numbers, each at least 1 and larger than the one before. */
export function ascending(where: string, name: string, list: readonly number[]): readonly number[] {
  if (Array.isArray(list) && list.length && list.every((k, i) => Number.isInteger(k) && k > (i ? list[i - 1] : 0)))
    return list;
  throw new OptionError(
    `${where}: ${name} is ${shown(list)}; it must be a list of update numbers that grow, like [100, 200]`,
  );
}

/** from · factor^⌊k / every⌋: a drop after every `every` updates.
 *  @example stepDecay({ from: 0.1, factor: 0.5, every: 1000 }) */
export function stepDecay(options: { from: number; factor: number; every: number }): Schedule {
  checkKeys('stepDecay', options, ['from', 'factor', 'every'], true);
  const from = positive('stepDecay', 'from', options.from);
  const factor = positive('stepDecay', 'factor', options.factor);
  const every = integer('stepDecay', 'every', options.every, 1);
  return configured('stepDecay', { ...options }, (k: number) => from * power(factor, Math.floor(k / every)));
}

/** Starts with `from`, and multiplies by the factor at each of the updates `at`.
 *  @example multiStep({ from: 0.1, factor: 0.1, at: [3000, 6000] }) */
export function multiStep(options: { from: number; factor: number; at: readonly number[] }): Schedule {
  checkKeys('multiStep', options, ['from', 'factor', 'at'], true);
  const from = positive('multiStep', 'from', options.from);
  const factor = positive('multiStep', 'factor', options.factor);
  const at = ascending('multiStep', 'at', options.at);
  const drops = (k: number): number => at.filter((update) => k >= update).length;
  return configured('multiStep', { ...options }, (k: number) => from * power(factor, drops(k)));
}

/** from · factorᵏ
 *  @example exponentialDecay({ from: 0.1, factor: 0.999 }) */
export function exponentialDecay(options: { from: number; factor: number }): Schedule {
  checkKeys('exponentialDecay', options, ['from', 'factor'], true);
  const from = positive('exponentialDecay', 'from', options.from);
  const factor = positive('exponentialDecay', 'factor', options.factor);
  return configured('exponentialDecay', { ...options }, (k: number) => from * power(factor, k));
}

/** from / (1 + decay·k)^power. `power` is 1 by default; averaged SGD goes with ¾ (Bottou et al. 2018).
 *  @example inverseTime({ from: 0.1, decay: 0.01 })
 *  @example inverseTime({ from: 0.1, decay: 0.01, power: 0.75 }) */
export function inverseTime(options: { from: number; decay: number; power?: number }): Schedule {
  checkKeys('inverseTime', options, ['from', 'decay', 'power'], true);
  const from = positive('inverseTime', 'from', options.from);
  const decay = inRange('inverseTime', 'decay', options.decay, 0);
  const exponent = positive('inverseTime', 'power', options.power ?? 1);
  return configured('inverseTime', { ...options }, (k: number) => from / power(1 + decay * k, exponent));
}

/** to + (from − to)(1 − k / steps)^power, `to` (default 0) after that. `power` is 1 by default: a line.
 *  @example polynomialDecay({ from: 0.1, steps: 1000, power: 2 }) */
export function polynomialDecay(options: { from: number; to?: number; steps: number; power?: number }): Schedule {
  const name = 'polynomialDecay';
  checkKeys(name, options, ['from', 'to', 'steps', 'power'], true);
  const from = positive(name, 'from', options.from);
  const to = inRange(name, 'to', options.to ?? 0, 0);
  const steps = positive(name, 'steps', options.steps);
  const exponent = positive(name, 'power', options.power ?? 1);
  return configured(
    name,
    { ...options },
    (k: number) => to + (from - to) * power(1 - Math.min(k, steps) / steps, exponent),
  );
}
