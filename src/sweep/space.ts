import { finite, hostExp, hostLog, integer as wholeNumber, positive, record, refuse, shown } from '../index.js';
import { draws, OptionError, permutation, seedKey } from '../index.js';

/** What a search may try for one parameter, as `uniform`, `logUniform`, `integer` and `choice` make it. */
export class Dimension<T = unknown> {
  constructor(
    /** The name of the function that made it, and its arguments. */
    readonly kind: string,
    readonly values: readonly unknown[],
    /** The value at a place from 0 to below 1. @internal */
    readonly at: (place: number) => T,
    /** The values that a grid tries: all of them, or so many of a range. @internal */
    readonly levels: (count: number) => readonly T[],
  ) {}
}

/** The parameters of a search by name. */
export type Space = Readonly<Record<string, Dimension>>;
/** What a study is called with: a value for each parameter. */
export type Drawn<S> = { [K in keyof S]: S[K] extends Dimension<infer T> ? T : never };

/** Evenly spaced places, both ends included. */
const places = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (count > 1 ? i / (count - 1) : 0.5));

function checkRange(where: string, low: number, high: number): void {
  if (low > high) throw new OptionError(`${where}: low is ${low} and high is ${high}; low must not be above high`);
}

/** Numbers from `low` to `high`, all equally likely. A grid tries `levels` evenly spaced ones, both ends included.
 *  @example uniform(0.3, 1) */
export function uniform(low: number, high: number): Dimension<number> {
  const where = 'uniform';
  finite(where, 'low', low);
  finite(where, 'high', high);
  checkRange(where, low, high);
  const at = (place: number): number => Math.min(high, low * (1 - place) + high * place);
  return new Dimension(where, [low, high], at, (count) => places(count).map(at));
}

/** Numbers from `low` to `high`, both above 0, whose logarithms are equally likely: as many from 0.001 to 0.01 as from 0.01 to 0.1. For
 *  learning rates and penalties. A grid tries `levels` of them, each in the same proportion to the one before.
 *  @example logUniform(1e-4, 1e-1) */
export function logUniform(low: number, high: number): Dimension<number> {
  const where = 'logUniform';
  positive(where, 'low', low);
  positive(where, 'high', high);
  checkRange(where, low, high);
  const [from, to] = [hostLog(low), hostLog(high)];
  const at = (place: number): number =>
    place === 1 ? high : Math.min(high, Math.max(low, hostExp(from + (to - from) * place)));
  return new Dimension(where, [low, high], at, (count) => places(count).map(at));
}

/** Whole numbers from `low` to `high`, both included, all equally likely. A grid tries all of them.
 *  @example integer(1, 4) */
export function integer(low: number, high: number): Dimension<number> {
  const where = 'integer';
  wholeNumber(where, 'low', low, Number.MIN_SAFE_INTEGER);
  wholeNumber(where, 'high', high, Number.MIN_SAFE_INTEGER);
  checkRange(where, low, high);
  const count = wholeNumber(where, 'high − low', high - low, 0, Number.MAX_SAFE_INTEGER - 1) + 1;
  const at = (place: number): number => low + Math.floor(place * count);
  return new Dimension(where, [low, high], at, () => {
    if (count > MOST)
      throw new OptionError(
        `integer: a grid of the ${count} numbers from ${low} to ${high} is too large; give choice([…])`,
      );
    return Array.from({ length: count }, (_, i) => low + i);
  });
}

/** One of the given values, all equally likely: anything that JSON can hold. A grid tries all of them.
 *  @example choice([16, 64]) */
export function choice<const T>(values: readonly T[]): Dimension<T> {
  const where = 'choice';
  if (!Array.isArray(values) || !values.length) refuse(where, 'values', values, 'a list of values such as [16, 64]');
  const given: readonly T[] = Array.from(values);
  given.forEach((value, i) => {
    if (!isJson(value)) refuse(where, `value ${i}`, value, 'something that JSON can hold, since it is sent to workers');
  });
  return new Dimension(
    where,
    given,
    (place) => given[Math.floor(place * given.length)],
    () => given,
  );
}

function isJson(value: unknown, depth = 0): boolean {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > 20) return false;
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  return isPlain && Object.values(value as object).every((inner) => isJson(inner, depth + 1));
}

/** The greatest number of points of a grid. */
const MOST = 1_000_000;
/** Streams of draws: of a trial's parameters, of its seed, and of a grid's order. */
const [PARAMETERS, SEEDS, ORDER] = [0xda7a0201, 0xda7a0202, 0xda7a0203];

/** Another copy of the library, such as that of a command line, may have made it. */
const isDimension = (value: unknown): boolean =>
  ['at', 'levels'].every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function');

/** Refuses what is not a space. */
export function checkSpace(where: string, space: Space): void {
  record(where, 'space', space, 'an object of parameters such as { rate: logUniform(1e-4, 1e-1) }');
  const names = Object.keys(space);
  if (!names.length)
    throw new OptionError(`${where}: the space is empty; give parameters such as { rate: logUniform(1e-4, 1e-1) }`);
  for (const name of names)
    if (!isDimension(space[name]))
      throw new OptionError(
        `${where}: space.${name} is ${shown(space[name])}; it must be made by uniform, logUniform, integer or choice`,
      );
}

type Values = Record<string, unknown>;

/** What trial n tries at random: a function of the seed and n. */
export function drawn(space: Space, seed: number, trial: number): Values {
  const { word } = draws(seedKey(seed), PARAMETERS, trial);
  // 53 bits, so that whole numbers of any range are all reached.
  const place = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  return Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, dimension.at(place())]));
}

/** What the trials of a grid try: each combination once, in an order that the seed shuffles, so that a part of it is spread over all. */
export function grid(
  where: string,
  space: Space,
  seed: number,
  levels: number,
): { size: number; at(trial: number): Values } {
  const all = Object.entries(space).map(([name, dimension]) => [name, dimension.levels(levels)] as const);
  const size = all.reduce((product, [, values]) => product * values.length, 1);
  if (size > MOST)
    throw new OptionError(`${where}: the grid has ${size} points; give fewer values, or method: 'random'`);
  const order = permutation(size, seedKey(seed), ORDER);
  const at = (trial: number): Values => {
    let rest = order[trial];
    const values: Values = {};
    for (const [name, list] of all) {
      values[name] = list[rest % list.length];
      rest = Math.floor(rest / list.length);
    }
    return values;
  };
  return { size, at };
}

/** The seed of trial n, a whole number below 2³²: a function of the search's seed and n. */
export const seedOf = (seed: number, trial: number): number => draws(seedKey(seed), SEEDS, trial).word();
