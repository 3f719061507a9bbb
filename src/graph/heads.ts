import { DataError, OptionError, ShapeError } from '../errors.js';
import { type Shape, show, sizeOf } from './shape.js';

/** One of several outputs, or of their targets, or one of several inputs, with its place in the row that holds all. */
export interface Head {
  readonly name: string;
  /** The shape for one example. */
  readonly shape: Shape;
  readonly at: number;
  readonly size: number;
}
/** Values by the names of heads. */
export type ByHead<T> = Readonly<Record<string, T>>;

/** Whether values are given by name, rather than one: a plain object, of any realm. */
export function isByName<T>(given: T): given is Extract<T, ByHead<unknown>> {
  if (typeof given !== 'object' || given === null) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Heads of these shapes (without the batch), one after another. */
export function headsOfShapes(shapes: ByHead<Shape>): Head[] {
  let at = 0;
  return Object.entries(shapes).map(([name, shape]) => {
    const size = sizeOf(shape);
    at += size;
    return { name, shape, at: at - size, size };
  });
}

/** Several inputs, one after another in the order of their names, so that sets and models agree whatever the order in
 *  which they were written. */
export const inputsOfShapes = (shapes: ByHead<Shape>): Head[] =>
  headsOfShapes(Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1))));
/** The number of features of one row. */
export const widthOf = (heads: readonly Head[]): number => heads.reduce((sum, { size }) => sum + size, 0);

/** The values for these inputs, in their order. Refuses other names and sizes; `shapeOf` tells the shape of one
 *  example. */
export function matched<T>(where: string, inputs: readonly Head[], given: ByHead<T>, shapeOf: (x: T) => Shape): T[] {
  const names = inputs.map(({ name }) => name);
  const wrong = Object.keys(given).find((name) => !names.includes(name)) ?? names.find((name) => !(name in given));
  if (wrong !== undefined)
    throw new OptionError(
      `${where}: the inputs are ${names.join(', ')}, and ${Object.keys(given).join(', ') || 'none'} were given; '${wrong}' is in one of the two only`,
    );
  return inputs.map(({ name, shape, size }) => {
    const own = shapeOf(given[name]);
    if (sizeOf(own) !== size)
      throw new ShapeError(`${where}: the input '${name}' is ${show(own)}, but ${show(shape)} is expected`);
    return given[name];
  });
}

/** Puts the numbers of several heads side by side, row by row. Refuses unequal numbers of rows. */
export function sideBySide(where: string, heads: readonly Head[], parts: readonly ArrayLike<number>[]): Float32Array {
  const width = widthOf(heads);
  const counts = parts.map(({ length }, i) => length / heads[i].size);
  const [rows] = counts;
  const other = counts.findIndex((count) => count !== rows);
  if (other > 0)
    throw new DataError(
      `${where}: ${heads[0].name} has ${rows} rows and ${heads[other].name} has ${counts[other]}; give one of each for every example`,
    );
  const joint = new Float32Array(rows * width);
  heads.forEach(({ at, size }, part) => {
    const values = parts[part];
    for (let i = 0; i < rows; i++) for (let j = 0; j < size; j++) joint[i * width + at + j] = values[i * size + j];
  });
  return joint;
}
