import { OptionError } from './errors.js';

/** Checks that factories make of their options. All throw an OptionError that begins with `where`, the factory's name. */

/** The fewest insertions, deletions, replacements and swaps of neighbours that turn a into b (Damerau–Levenshtein). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

/** Longer words, and words beyond so many, are not compared: it takes the product of their lengths for each. */
const LONGEST_WORD = 64;
const MOST_WORDS = 10_000;

/** The one of `words` that `word` resembles most, upper and lower case alike; the first of equals. undefined where none resembles
 *  it: where more than about a third of the letters would have to change. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let [found, least]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const each of words.slice(0, MOST_WORDS)) {
    const longer = Math.max(word.length, each.length);
    const most = longer < 3 ? 0 : Math.round(longer / 3);
    if (longer > LONGEST_WORD || Math.abs(word.length - each.length) > most) continue;
    const distance = editDistance(word.toLowerCase(), each.toLowerCase());
    if (distance <= most && distance < least) [found, least] = [each, distance];
  }
  return found;
}

/** `; did you mean 'x'?`, or nothing where no word resembles it. */
export function meant(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

/** So much of a list is shown, which may be long, or hold itself. */
const [SHOWN, DEPTH] = [20, 3];

/** A value as messages show it: strings quoted, objects by their class. */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) {
    const some = depth < DEPTH ? value.slice(0, SHOWN).map((each) => shown(each, depth + 1)) : [];
    return `[${[...some, ...(some.length < value.length ? ['…'] : [])].join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null)
    return `an ${value.constructor?.name ?? 'Object'}`.replace(/^an (?![AEIOU])/, 'a ');
  return String(value);
}

/** Refuses what is not an options object, and keys that are not `known`. */
export function checkKeys(where: string, given: object | undefined, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new OptionError(`${where}: options must be an object like { ${known[0]}: … }, not ${shown(given)}`);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new OptionError(
      known.length
        ? `${where}: unknown option '${key}'${meant(key, known) || '.'} Known: ${known.join(', ')}`
        : `${where}: unknown option '${key}'; there are none`,
    );
  }
}

const refuse = (where: string, name: string, value: unknown, expected: string): never => {
  throw new OptionError(`${where}: ${name} is ${shown(value)}; it must be ${expected}`);
};

/** A finite number. */
export function finite(where: string, name: string, value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(where, name, value, 'a finite number');
}

/** A finite number above 0. */
export function positive(where: string, name: string, value: unknown): number {
  const ok = typeof value === 'number' && Number.isFinite(value) && value > 0;
  return ok ? value : refuse(where, name, value, 'a finite number above 0');
}

/** A finite number from `low` to `high`, both included. */
export function inRange(where: string, name: string, value: unknown, low: number, high = Infinity): number {
  const ok = typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high;
  return ok ? value : refuse(where, name, value, `a number from ${low}${high === Infinity ? '' : ` to ${high}`}`);
}

/** A whole number from `low` to `high`, both included. */
export function integer(where: string, name: string, value: unknown, low = 0, high = Infinity): number {
  const ok = typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high;
  return ok ? value : refuse(where, name, value, `a whole number from ${low}${high === Infinity ? '' : ` to ${high}`}`);
}

/** true or false. */
export function flag(where: string, name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(where, name, value, 'true or false');
}

/** A function; `expected` says what it takes or gives. */
export function callable<F extends (...args: never[]) => unknown>(
  where: string,
  name: string,
  value: F,
  expected: string,
): F {
  return typeof value === 'function' ? value : refuse(where, name, value, expected);
}

/** One of a few words. */
export function oneOf<T extends string>(where: string, name: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  const hint = typeof value === 'string' ? meant(value, choices) : '';
  return refuse(where, name, value, choices.map((c) => `'${c}'`).join(' or ') + hint);
}
