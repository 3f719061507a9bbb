import type { Shape } from '../graph/shape.js';
import { integer, refuse } from '../options.js';

/** The lengths of rows x [n, t, …], checked: a whole number from 1 to t for each. */
export function lengthsOf(
  where: string,
  given: ArrayLike<number> | undefined,
  [n, t]: Shape,
): Float32Array | undefined {
  if (given === undefined) return undefined;
  if (given?.length !== n) refuse(where, 'lengths', given, `${n} numbers, one for each row`);
  return Float32Array.from(given, (length, i) => integer(where, `lengths[${i}]`, length, 1, t));
}
