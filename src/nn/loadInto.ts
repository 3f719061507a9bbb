import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { elements } from '../graph/values.js';
import { checkKeys, flag, record } from '../options.js';
import type { Parameters } from './parameters.js';
import { type Rename, renamed } from './renamed.js';

export interface LoadOptions {
  /** Takes the parameters that the model has, and leaves the others as they are. Default false: the state has all of them
   *  and no others. */
  partial?: boolean;
  /** Maps names in the state to names in the model: a function, which skips a parameter by returning undefined, or new
   *  names by old ones. */
  rename?: Rename;
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
  checkKeys('load', options, ['partial', 'rename']);
  const partial = flag('load', 'partial', options.partial ?? false);
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
  for (const [{ name, shape, size }, values] of pairs)
    if (values.length !== size)
      throw new ShapeError(`load: ${name} has ${values.length} numbers, but ${show(shape)} needs ${size}`);
  for (const [segment, values] of pairs) numbers.set(segment, values);
}
