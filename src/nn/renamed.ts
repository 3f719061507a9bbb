import { OptionError } from '../errors.js';
import { meant, record, refuse, shown } from '../options.js';

/** Maps names of parameters elsewhere to names in the model: a function, which skips a parameter by returning undefined,
 *  or new names by old ones. */
export type Rename = ((name: string) => string | undefined) | Readonly<Record<string, string>>;

/** What has names elsewhere, by the names that the model has for them. `source` says in messages what has the names. */
export function renamed<T>(
  where: string,
  source: string,
  named: ReadonlyMap<string, T>,
  rename: Rename | undefined,
): ReadonlyMap<string, T> {
  if (rename === undefined) return named;
  const isFunction = typeof rename === 'function';
  if (!isFunction) {
    record(where, 'rename', rename, "a function of names, or new names by old ones: { 'fc.weight': '0.weight' }");
    for (const old of Object.keys(rename))
      if (!named.has(old))
        throw new OptionError(
          `${where}: rename: ${source} has no ${shown(old)}${meant(old, [...named.keys()]) || '; leave it out'}`,
        );
  }
  const found = new Map<string, T>();
  const olds = new Map<string, string>();
  for (const [old, value] of named) {
    const name: unknown = isFunction ? rename(old) : Object.hasOwn(rename, old) ? rename[old] : old;
    if (isFunction && name === undefined) continue;
    if (typeof name !== 'string') return refuse(where, `rename of '${old}'`, name, 'text');
    if (found.has(name))
      throw new OptionError(
        `${where}: rename makes '${name}' of both '${olds.get(name)}' and '${old}'; one has to differ`,
      );
    found.set(name, value);
    olds.set(name, old);
  }
  return found;
}
