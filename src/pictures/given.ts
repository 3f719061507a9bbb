/** Reading what pictures are given: lists of numbers and of parts, names, ranges. What is wrong is refused by its place. */
import { OptionError, refuse, ShapeError, isTensor, type AnyModel, built, checkModel } from '../index.js';
import type { Pair } from './planes.js';

/** More numbers, cells or points than this are no picture any more. */
export const MOST = 1_000_000;
const isList = (x: unknown): x is ArrayLike<unknown> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));
export const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;

/** A list of numbers, among which there may be NaN. */
export function numbers(where: string, name: string, value: unknown, length?: number): number[] {
  if (!isList(value) || !value.length || value.length > MOST) return refuse(where, name, value, 'a list of numbers');
  const list = Array.from(value);
  const wrong = list.findIndex((v) => typeof v !== 'number');
  if (wrong >= 0) return refuse(where, `${name}[${wrong}]`, list[wrong], 'a number');
  if (length !== undefined && list.length !== length)
    throw new OptionError(`${where}: ${name} has ${list.length} numbers; there must be ${length}`);
  return list as number[];
}
export const word = (where: string, name: string, value: unknown): string =>
  typeof value === 'string' ? value : refuse(where, name, value, 'text');
export const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : read(value);
export function items<T>(
  where: string,
  name: string,
  value: unknown,
  what: string,
  read: (item: Record<string, unknown>, at: string) => T,
): T[] {
  if (!Array.isArray(value) || !value.length || value.length > 10_000)
    return refuse(where, name, value, `a list of ${what}`);
  return Array.from(value as unknown[], (item, i) =>
    isObject(item) ? read(item, `${name}[${i}]`) : refuse(where, `${name}[${i}]`, item, what),
  );
}
export function pairOf(where: string, name: string, value: unknown): Pair {
  const [a, b] = numbers(where, name, value, 2);
  return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : refuse(where, name, value, 'two finite numbers');
}
export function domainOf(where: string, value: unknown): [Pair, Pair] {
  if (!Array.isArray(value) || value.length !== 2)
    return refuse(where, 'domain', value, '[[least x, largest x], [least y, largest y]]');
  return [0, 1].map((i) => {
    const [low, high] = pairOf(where, `domain[${i}]`, value[i]);
    return low < high && Number.isFinite(high - low)
      ? ([low, high] as const)
      : refuse(where, `domain[${i}]`, value[i], '[least, largest]');
  }) as [Pair, Pair];
}

export function rowsOf(where: string, name: string, value: unknown): number[][] {
  const nested = isTensor(value) ? (value.toArray() as unknown) : value;
  if (!Array.isArray(nested) || !nested.length || nested.length > MOST)
    return refuse(where, name, value, 'rows of numbers');
  const first = numbers(where, `${name}[0]`, nested[0]);
  if (nested.length * first.length > 40_000)
    throw new ShapeError(`${where}: ${name} has ${nested.length} × ${first.length} numbers; up to 40,000 can be drawn`);
  return Array.from(nested as unknown[], (row, i) => numbers(where, `${name}[${i}]`, row, first.length));
}
export const namesOf = (where: string, name: string, value: unknown, length: number): string[] => {
  if (!Array.isArray(value) || value.length !== length) return refuse(where, name, value, `a list of ${length} names`);
  return Array.from(value as unknown[], (v, i) => word(where, `${name}[${i}]`, v));
};

/** What a model is made of; throws where it is none, or has not been built. */
export function insideOf(where: string, model: AnyModel): ReturnType<typeof built> {
  checkModel(where, model);
  try {
    return built(model);
  } catch (cause) {
    throw new ShapeError(`${where}: ${(cause as Error).message}`, { cause });
  }
}
