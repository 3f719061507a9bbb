import { OptionError } from '../errors.js';
import { shown } from '../options.js';

/** A range [low, high], both above 0. */
export type Range = readonly [low: number, high: number];

/** Checks a range of factors: [low, high], or the largest distance from 1. */
export function factors(where: string, name: string, value: unknown): Range {
  const [low, high] = typeof value === 'number' ? [1 - value, 1 + value] : listed(value);
  if (low > 0 && low <= high && high < Infinity) return [low, high];
  throw new OptionError(
    `${where}: ${name} is ${shown(value)}; it must be factors [low, high] above 0, low not above high`,
  );
}
const listed = (value: unknown): readonly number[] =>
  Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number') ? value : [];
