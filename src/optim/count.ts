import { OptionError } from '../errors.js';
import { checkKeys, integer } from '../options.js';

/** So many updates, which may be written as steps, or so many epochs. */
export type Count = number | { readonly steps: number } | { readonly epochs: number };

/** A count in updates, once it is known how many of them an epoch has. Where nobody knows, epochs are an OptionError. */
export function countOf(where: string, name: string, count: Count, least: number): (perEpoch?: number) => number {
  if (typeof count !== 'object' || count === null) {
    const updates = integer(where, name, count, least);
    return () => updates;
  }
  checkKeys(`${where}: ${name}`, count, ['steps', 'epochs']);
  if (Object.keys(count).length !== 1)
    throw new OptionError(`${where}: ${name} must be a number of updates, { steps: n } or { epochs: n }`);
  if ('steps' in count) {
    const updates = integer(where, `${name}.steps`, count.steps, least);
    return () => updates;
  }
  const epochs = integer(where, `${name}.epochs`, count.epochs, least);
  return (perEpoch) => {
    if (perEpoch === undefined)
      throw new OptionError(`${where}: ${name} counts epochs, which only fit knows; give a number of updates`);
    return epochs * perEpoch;
  };
}
