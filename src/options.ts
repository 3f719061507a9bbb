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

/** Longer words, and words beyond this number, are not compared, because each comparison takes the product of their
 *  lengths. */
const LONGEST_WORD = 64;
const MOST_WORDS = 10_000;

/** The word among `words` that `word` resembles most, ignoring case; the first of equally similar ones. undefined where
 *  more than about a third of the letters would have to change. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (typeof word !== 'string') refuse('nearest', 'word', word, 'text');
  names('nearest', 'words', words);
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

/** Shortens text for messages. */
const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A value as messages show it: strings quoted, objects by their class, long ones cut, and never a function's source. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return isLayer(value) ? 'a layer' : 'a function';
  if (Array.isArray(value)) return cut(`[${Array.from(value.slice(0, 9), inList).join(', ')}]`);
  if (!isObject(value)) return cut(String(value));
  const name: unknown = value.constructor?.name;
  return `an ${cut(typeof name === 'string' && name ? name : 'Object')}`.replace(/^an (?![AEIOU])/, 'a ');
}
/** Layers are functions of the nodes of a graph, not of tensors. A model is a function of tensors, too. */
const isLayer = (f: object): boolean => Object.hasOwn(f, 'call') && !Object.hasOwn(f, 'children');
/** Shows nested lists to a depth of two. */
const inList = (x: unknown): string => (Array.isArray(x) && x.some(Array.isArray) ? '[…]' : shown(x));

/** Names of options in other libraries, the option of the function that they mean, and the advice in a message. */
const ELSEWHERE: readonly (readonly [names: string, option: string, advice: string])[] = [
  ['rate p', 'keep', 'give keep = 1 − rate, the probability of being retained'],
  ['lr', 'learningRate', "did you mean 'learningRate'?"],
  ['eps epsilon', 'delta', "did you mean 'delta'?"],
  ['lr learningrate', 'optimizer', 'it is an option of the optimizer'],
  ['weightdecay', 'beta1', 'give fit penalties: [l2(1e-4)]'],
  ['validationsplit', 'validation', 'take const { train, validation } = split(data)'],
  ['callbacks', 'onEpoch', 'there are onEpoch, onStep, stop and logger'],
  ['kernelsize poolsize', 'stride', 'sizes stand before the options'],
  ['inputshape', '', 'fit finds it, or model.build(shape)'],
];

function advice(key: string, known: readonly string[]): string {
  const plain = key.replaceAll('_', '').toLowerCase();
  const row = ELSEWHERE.find(
    ([names, option]) => names.split(' ').includes(plain) && (!option || known.includes(option)),
  );
  return row && !known.some((k) => k.toLowerCase() === plain) ? `; ${row[2]}` : meant(key, known);
}

/** Refuses what is not an options object, and keys that are not `known`. */
export function checkKeys(where: string, given: unknown, known: readonly string[], needed = false): void {
  names(where, 'known', known);
  if (given === undefined && !needed) return;
  // Arrays, dates, maps and the like are not options; objects of a user's own class may be.
  if (!isObject(given) || Object.prototype.toString.call(given) !== '[object Object]')
    throw new OptionError(
      `${where}: options must be an object${known.length ? ` like { ${known[0]}: … }` : ''}, not ${shown(given)}`,
    );
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const rest = known.length
      ? `${advice(key, known)}. Known: ${known.join(', ')}`.replace('?.', '?')
      : '; there are none';
    throw new OptionError(`${where}: unknown option '${cut(key)}'${rest}`);
  }
}

/** Throws an OptionError that says what the value is, and what it must be. */
export const refuse = (where: string, name: string, value: unknown, expected: string): never => {
  // dense({ units: 64 }): an argument among the options.
  const inside = isObject(value) && Object.hasOwn(value, name) ? ', before the options' : '';
  throw new OptionError(`${where}: ${name} is ${shown(value)}; it must be ${expected}${inside}`);
};

const within = (value: unknown, low: number, high: number): value is number =>
  Number.isFinite(value) && (value as number) >= low && (value as number) <= high;
const span = (low: number, high: number): string => `number from ${low}${high === Infinity ? '' : ` to ${high}`}`;

/** Any number, including NaN and the infinities. */
export const number = (where: string, name: string, value: unknown): number =>
  typeof value === 'number' ? value : refuse(where, name, value, 'a number');

/** A finite number. */
export const finite = (where: string, name: string, value: unknown): number =>
  within(value, -Infinity, Infinity) ? value : refuse(where, name, value, 'a finite number');

/** A finite number above 0. */
export const positive = (where: string, name: string, value: unknown): number =>
  within(value, Number.MIN_VALUE, Infinity) ? value : refuse(where, name, value, 'a finite number above 0');

/** A finite number from `low` to `high`, both included. */
export const inRange = (where: string, name: string, value: unknown, low: number, high = Infinity): number =>
  within(value, low, high) ? value : refuse(where, name, value, `a ${span(low, high)}`);

/** A number from 0 and below 1. */
export const fraction = (where: string, name: string, value: unknown): number =>
  within(value, 0, 1) && value < 1 ? value : refuse(where, name, value, 'a number from 0 and below 1');

/** A whole number from `low` to `high`, both included. */
export const integer = (where: string, name: string, value: unknown, low = 0, high = Infinity): number =>
  within(value, low, high) && Number.isSafeInteger(value)
    ? value
    : refuse(where, name, value, `a whole ${span(low, high)}`);

/** Text that is not empty. */
export const text = (where: string, name: string, value: unknown): string =>
  typeof value === 'string' && value ? value : refuse(where, name, value, 'text');

/** An object of values by name. */
export const record = <T>(where: string, name: string, value: T, expected: string): T =>
  isObject(value) && !Array.isArray(value) ? value : refuse(where, name, value, expected);

/** A list of words. */
export const names = (where: string, name: string, value: readonly string[]): readonly string[] =>
  Array.isArray(value) && Array.from(value).every((word) => typeof word === 'string')
    ? value
    : refuse(where, name, value, "a list of names such as ['a']");

/** Neither left out nor null. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** true or false. */
export function flag(where: string, name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(where, name, value, 'true or false');
}

/** A function; `expected` says what it takes or returns. */
export function callable<F extends (...args: never[]) => unknown>(
  where: string,
  name: string,
  value: F,
  expected: string,
): F {
  return typeof value === 'function' && !isLayer(value) ? value : refuse(where, name, value, expected);
}

/** One of the given words. */
export function oneOf<T extends string>(where: string, name: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  const hint = typeof value === 'string' ? meant(value, choices) : '';
  return refuse(where, name, value, choices.map((c) => `'${c}'`).join(' or ') + hint);
}
