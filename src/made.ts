import type { Configured } from './config.js';
import { OptionError } from './errors.js';
import { shown } from './options.js';

/** The name of a factory that was given itself, uncalled, where what it makes is wanted. To find out it is called, with as little as it
 *  takes; functions of more than `most` parameters are not called, and are no factories. */
export function uncalled(given: unknown, most = 1): string | undefined {
  if (typeof given !== 'function' || 'config' in given || given.length > most) return undefined;
  try {
    const made: unknown = (given as (...args: number[]) => unknown)(...new Array<number>(given.length).fill(1));
    if (made instanceof Promise) made.catch(() => undefined);
    return (made as Partial<Configured> | undefined)?.config?.name;
  } catch {
    return undefined;
  }
}

/** The error for an option that takes what a factory makes, and was given something else; `such` are calls of usual ones. */
export function notMade(where: string, option: string, given: unknown, such: string): OptionError {
  const factory = uncalled(given);
  const found =
    given === undefined || given === null
      ? `missing; give one such as ${such}`
      : factory
        ? `the factory ${factory} itself; call it: ${option}: ${factory}()`
        : typeof given === 'string' && /^\w+$/.test(given)
          ? `the string '${given}'; write a call, without quotes: ${option}: ${given}()`
          : `${shown(given)}; give one such as ${such}`;
  return new OptionError(`${where}: ${option} is ${found}`);
}
