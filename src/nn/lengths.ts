import { DataError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import { elements } from '../graph/values.js';

/** The lengths of rows x [n, t, …], checked: a whole number from 1 to t for each. */
export function lengthsOf(where: string, given: ArrayLike<number> | undefined, x: Shape): Float32Array | undefined {
  if (given === undefined) return undefined;
  const lengths = Float32Array.from(elements(where, given, 'lengths'));
  const [n, t] = x;
  if (lengths.length !== n)
    throw new DataError(`${where}: there are ${lengths.length} lengths for x ${show(x)}; give one for each row`);
  const bad = lengths.findIndex((length) => !(length >= 1 && length <= t && Number.isInteger(length)));
  if (bad >= 0)
    throw new DataError(
      `${where}: the length of row ${bad} is ${lengths[bad]}; x is ${show(x)}, so that it must be a whole number from 1 to ${t}`,
    );
  return lengths;
}
