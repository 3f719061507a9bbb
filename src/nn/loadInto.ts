import { OptionError, ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import { elements } from '../graph/values.js';
import { checkKeys, flag, record } from '../options.js';
import type { Parameters, Segment } from './parameters.js';
import { type Rename, renamed } from './renamed.js';

export interface LoadOptions {
  /** Takes the parameters that the model has, and leaves the others as they are. Default false: the state has all of them
   *  and no others. */
  partial?: boolean;
  /** Maps names in the state to names in the model: a function, which skips a parameter by returning undefined, or new
   *  names by old ones. */
  rename?: Rename;
  /** Writes the numbers of a narrower parameter into the first columns of the last axis here, and keeps the others: for a
   *  layer that has units more, such as a head with another class. Default false. */
  widen?: boolean;
}

/** What a state is, for messages. */
export const NUMBERS = "numbers by name, as a model's state() gives them";

/** Writes a state into parameters. Nothing is written where a name or a size is wrong. */
export function loadInto(
  numbers: Parameters,
  state: Readonly<Record<string, Float32Array>>,
  options: LoadOptions,
): void {
  record('load', 'state', state, NUMBERS);
  checkKeys('load', options, ['partial', 'rename', 'widen']);
  const partial = flag('load', 'partial', options.partial ?? false);
  const widen = flag('load', 'widen', options.widen ?? false);
  const given = renamed('load', 'the state', new Map(Object.entries(state)), options.rename);
  const own = numbers.segments.map(({ name }) => name);
  const missing = own.filter((name) => !given.has(name));
  if (partial && missing.length === own.length)
    throw new OptionError(`load: the state has none of the model's parameters, ${own.join(', ')}; give rename`);
  if (!partial && missing.length)
    throw new OptionError(`load: the state lacks ${missing.join(', ')}; a state has all parameters by name`);
  const pairs = [...given]
    .filter(([name]) => !partial || own.includes(name))
    .map(([name, values]) => [numbers.find(name), elements('load', values, name)] as const);
  for (const [{ name, shape, size }, values] of pairs) {
    if (values.length === size || (widen && columnsOf(shape, size, values))) continue;
    const hint = widen || !columnsOf(shape, size, values) ? '' : '; widen: true fills the first columns';
    throw new ShapeError(`load: ${name} has ${values.length} numbers, but ${show(shape)} needs ${size}${hint}`);
  }
  for (const [segment, values] of pairs) numbers.set(segment, widened(numbers, segment, values));
}

/** The size of the last axis of a narrower parameter whose numbers these are; 0 where they are not. */
function columnsOf(shape: Shape, size: number, values: ArrayLike<number>): number {
  const rows = size / (shape[shape.length - 1] ?? 1);
  return values.length < size && values.length % rows === 0 ? values.length / rows : 0;
}

/** The numbers of a parameter with those of a narrower one in its first columns. */
function widened(numbers: Parameters, segment: Segment, values: ArrayLike<number>): ArrayLike<number> {
  const { shape, size } = segment;
  if (values.length === size) return values;
  const [width, columns] = [shape[shape.length - 1], columnsOf(shape, size, values)];
  return numbers
    .get(segment)
    .map((x, i) => (i % width < columns ? values[Math.floor(i / width) * columns + (i % width)] : x));
}
