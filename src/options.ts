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

/** The one of `words` that `word` most resembles, upper and lower case alike; the first of equals. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const distances = words.map((w) => editDistance(word.toLowerCase(), w.toLowerCase()));
  return words[distances.indexOf(Math.min(...distances))];
}

/** Text that is not longer than messages can bear. */
const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A value as messages show it: strings quoted, objects by their class, long ones cut, and never a function's source. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'bigint') return cut(`${value}n`);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return cut(listed(value, 0));
  if (!isObject(value)) return cut(String(value));
  const name: unknown = value.constructor?.name;
  return `an ${cut(typeof name === 'string' && name ? name : 'Object')}`.replace(/^an (?![AEIOU])/, 'a ');
}
function listed(list: readonly unknown[], depth: number): string {
  const items = Array.from(list.slice(0, 8), (x) =>
    Array.isArray(x) ? (depth ? '[…]' : listed(x, depth + 1)) : shown(x),
  );
  return `[${items.join(', ')}${list.length > 8 ? ', …' : ''}]`;
}

/** What other libraries call things: their names, an option that the function has if it is meant, and the way here. */
const ELSEWHERE: readonly (readonly [names: string, option: string, advice: string])[] = [
  ['rate p dropout', 'keep', 'give keep = 1 − rate, the probability that a unit is retained.'],
  ['lr eta', 'learningRate', "did you mean 'learningRate'?"],
  ['eps epsilon', 'delta', "did you mean 'delta'?"],
  ['lr learningrate', 'optimizer', 'it is an option of the optimizer, as in adam({ learningRate: 1e-3 }).'],
  ['weightdecay', 'beta1', 'adamw has it, and fit has penalties: [l2(1e-4)].'],
  ['validationsplit', 'validation', 'split the data first: const { train, validation } = split(data).'],
  ['callbacks', 'onEpoch', 'there are onEpoch, onStep, stop and logger.'],
  ['kernelsize filters', 'stride', 'sizes stand before the options, as in conv2d(filters, kernel, { stride }).'],
  ['poolsize', 'stride', 'the size stands before the options, as in maxPool2d(2, { stride }).'],
  ['inputshape inputdim', '', 'the first fit or predict finds it; or call build(shape) on the model.'],
];

/** `; did you mean 'x'?` where one of the words resembles what was written, else nothing. */
export function suggestion(word: string, words: readonly string[]): string {
  if (word.length > 60) return '';
  const found = nearest(word, words);
  const near = found !== undefined && editDistance(word.toLowerCase(), found.toLowerCase()) <= (word.length + 1) / 3;
  return near ? `; did you mean '${found}'?` : '';
}

function advice(key: string, known: readonly string[]): string {
  const plain = key.replaceAll('_', '').toLowerCase();
  const row = ELSEWHERE.find(
    ([names, option]) => names.split(' ').includes(plain) && (!option || known.includes(option)),
  );
  return row ? `; ${row[2]}` : suggestion(key, known) || '.';
}

/** Refuses what is not an options object, and keys that are not `known`. */
export function checkKeys(where: string, given: unknown, known: readonly string[], needed = false): void {
  if (given === undefined && !needed) return;
  // Arrays, dates, maps and the like have no such keys; objects of any class of the user's may have them.
  if (!isObject(given) || Object.prototype.toString.call(given) !== '[object Object]')
    throw new OptionError(
      `${where}: options must be an object${known.length ? ` like { ${known[0]}: … }` : ''}, not ${shown(given)}`,
    );
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const rest = known.length ? `${advice(key, known)} Known: ${known.join(', ')}` : '; there are none';
    throw new OptionError(`${where}: unknown option '${cut(key)}'${rest}`);
  }
}

/** Throws an OptionError: what the value is, and what it must be. */
export const refuse = (where: string, name: string, value: unknown, expected: string): never => {
  // dense({ units: 64 }): what stands before the options was written among them.
  const inside = isObject(value) && Object.hasOwn(value, name.split('.')[0]) ? ', and stands before the options' : '';
  throw new OptionError(`${where}: ${name} is ${shown(value)}; it must be ${expected}${inside}`);
};

/** Any number, NaN and the infinities too. */
export function number(where: string, name: string, value: unknown): number {
  return typeof value === 'number' ? value : refuse(where, name, value, 'a number');
}

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

/** Words that are not empty. */
export function text(where: string, name: string, value: unknown): string {
  return typeof value === 'string' && value ? value : refuse(where, name, value, 'text');
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
  const hint = typeof value === 'string' ? suggestion(value, choices) : '';
  return refuse(where, name, value, choices.map((c) => `'${c}'`).join(' or ') + hint);
}
