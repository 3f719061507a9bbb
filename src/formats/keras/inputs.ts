import { OptionError, type Shape, shown } from '../../index.js';
import { type Entry, shapeIn } from './net.js';
import { isWhole } from './settings.js';

/** The shape of one example, or of the inputs by name. */
export type InputShape = Shape | Readonly<Record<string, Shape>>;

/** The shapes of a network's inputs for one example: the caller's where given, else those of the file. */
export function shapesOf(where: string, inputs: readonly Entry[], given: InputShape | undefined): readonly Shape[] {
  const names = inputs.map(({ name }) => name);
  const isOne = Array.isArray(given);
  const strange = given && !isOne ? Object.keys(given).find((key) => !names.includes(key)) : undefined;
  if (strange !== undefined)
    throw new OptionError(`${where}: inputShape has ${shown(strange)}; the inputs are ${names.join(', ')}`);
  if (isOne && names.length > 1)
    throw new OptionError(
      `${where}: the model has ${names.length} inputs; give inputShape by name: { ${names.map((name) => `'${name}': […]`).join(', ')} }`,
    );
  return inputs.map(({ name, config }) => {
    const own: unknown = given && !isOne ? (given as Readonly<Record<string, Shape>>)[name] : given;
    const declared = exampleOf(shapeIn(config));
    const expected = declared
      ? `[${declared.map((n) => n ?? 'null').join(', ')}]`
      : 'of a shape that the file does not say';
    if (own === undefined) {
      if (declared?.length && !declared.includes(null)) return declared as Shape;
      throw new OptionError(
        `${where}: the input '${name}' is ${expected}; give { inputShape: [${declared?.map((n) => n ?? 64).join(', ') ?? '64, 64, 3'}] }, the shape of one example`,
      );
    }
    if (!Array.isArray(own) || !own.length || !own.every((n) => isWhole(n, 1)))
      throw new OptionError(
        `${where}: inputShape is ${shown(own)}; it must be the shape of one example, like [224, 224, 3]`,
      );
    if (declared && own.length !== declared.length)
      throw new OptionError(`${where}: inputShape is ${shown(own)}, but the input '${name}' is ${expected}`);
    return own as Shape;
  });
}

/** The sizes of one example in the shape of a batch; null where a size is open. undefined for what is no shape. */
function exampleOf(batch: unknown): readonly (number | null)[] | undefined {
  if (!Array.isArray(batch) || !batch.length) return undefined;
  const sizes = batch.slice(1) as (number | null)[];
  return sizes.every((n) => n === null || isWhole(n, 1)) ? sizes : undefined;
}
