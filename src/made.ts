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

/** The error for an option that takes what a factory makes, such as mse(), and was given something else. `examples` are calls of all
 *  its factories, the usual ones first. */
export function notMade(where: string, option: string, given: unknown, examples: readonly string[]): OptionError {
  const call = (name: string): string | undefined =>
    examples.find((example) => example.split('(')[0].toLowerCase() === name.toLowerCase());
  const such = `give one such as ${examples[0]} or ${examples[1]}`;
  const say = (what: string): OptionError => new OptionError(`${where}: ${option} is ${what}`);
  if (given === undefined || given === null) return say(`missing; ${such}`);
  if (typeof given === 'string') {
    const known = call(given);
    const found = known ? `its factory: ${option}: ${known}` : `a factory, one of ${examples.join(', ')}`;
    return say(`the string '${given}'; call ${found}`);
  }
  const name = uncalled(given);
  if (name) return say(`the factory ${name} itself; call it: ${option}: ${call(name) ?? `${name}()`}`);
  return say(`${shown(given)}; ${such}`);
}
