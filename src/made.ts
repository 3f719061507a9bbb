import type { Configured } from './config.js';
import { OptionError } from './errors.js';
import { shown } from './options.js';

/** The name of a factory that was passed uncalled, in place of its result. To find out, it is called with as few
 *  arguments as possible. Functions with more than `most` parameters are not called, and do not count as factories. */
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

/** The error for an option that takes the result of a factory but was given something else; `such` shows usual
 *  calls. */
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
