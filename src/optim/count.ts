import { OptionError } from '../errors.js';
import { checkKeys, integer } from '../options.js';

/** A number of updates, which may be written as steps, or of epochs. */
export type Count = number | { readonly steps: number } | { readonly epochs: number };

/** Converts a count to updates, given the number of updates in an epoch. Where this is not known, epochs are an
 *  OptionError. */
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
