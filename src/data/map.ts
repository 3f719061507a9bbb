import { DataError } from '../errors.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { callable, checkKeys } from '../options.js';
import { brief } from './brief.js';
import type { Dataset } from './columns.js';
import { examplesOf } from './examples.js';
import type { Nested } from './numbers.js';
import { type Target, targetOf } from './target.js';

/** One row's target: a number for labels and single values, else its numbers. */
export type ExampleTarget = number | Nested;

/** One row: its numbers, scaled and in one list, and its target, or its targets by head. */
export interface Example<X extends Nested = Nested> {
  readonly x: X;
  readonly y?: ExampleTarget | Readonly<Record<string, ExampleTarget>>;
}

const keys = ['x', 'y'];
/** The row type of a set without targets; `f` may add some. */
const NONE: Target = { name: '', values: new Float32Array(0), shape: [], kind: 'values', classes: 0 };

/** Makes a set of the results of `f` for each example. */
export function mapExamples(
  data: Dataset,
  f: (example: Example<Float32Array>, row: number) => Partial<Example>,
): Dataset {
  callable('map', 'f', f, 'a function of an example and its row that gives { x, y }');
  const changed = Array.from({ length: data.size }, (_, row) => {
    const made = f(exampleAt(data, row), row);
    if (isThenable(made))
      throw new DataError(
        `map: the function returned a promise for row ${row}; it must not be async: await what it needs before map`,
      );
    if (typeof made !== 'object' || made === null || Array.isArray(made) || ArrayBuffer.isView(made))
      throw new DataError(
        `map: the function returned ${brief(made)} for row ${row}; it must return { x }, { y } or { x, y }`,
      );
    checkKeys('map', made, keys);
    return made;
  });
  const given = <K extends 'x' | 'y'>(key: K): NonNullable<Example[K]>[] | undefined => {
    const values = changed.map((made) => made[key]);
    if (values.every((v) => v === undefined)) return undefined;
    const missing = values.indexOf(undefined);
    if (missing >= 0)
      throw new DataError(`map: the function returned no ${key} for row ${missing} and one for other rows`);
    return values as NonNullable<Example[K]>[];
  };
  const x = given('x');
  const y = given('y');
  return data.with({
    ...(x && mappedExamples(x, data)),
    ...(y && { targets: (data.targets.length ? data.targets : [NONE]).map((t) => mappedTarget(t, y, data.size)) }),
  });
}

const isThenable = (x: unknown): boolean => typeof x === 'object' && x !== null && 'then' in x;

function exampleAt(data: Dataset, row: number): Example<Float32Array> {
  const width = sizeOf(data.shape);
  const x = Float32Array.from(data.x.subarray(row * width, (row + 1) * width), (v) => v * data.scale);
  const at = ({ values, shape }: Target): number | Float32Array => {
    const n = sizeOf(shape);
    return shape.length ? Float32Array.from(values.subarray(row * n, (row + 1) * n)) : values[row];
  };
  const [first] = data.targets;
  if (!first) return { x };
  return { x, y: first.name ? Object.fromEntries(data.targets.map((t) => [t.name, at(t)])) : at(first) };
}

/** Flat examples keep the shape where their size allows it. */
function mappedExamples(
  x: readonly Nested[],
  { shape, featureNames }: { shape: Shape; featureNames?: readonly string[] },
) {
  const made = examplesOf('map', x);
  const same = sizeOf(made.shape) === sizeOf(shape);
  return {
    ...made,
    shape: same && made.shape.length === 1 ? shape : made.shape,
    featureNames: same ? featureNames : undefined,
    fields: undefined,
    ...(!same && { lengths: undefined }),
  };
}

function headOf(y: unknown, name: string, row: number): unknown {
  if (typeof y === 'object' && y !== null && name in y) return (y as Readonly<Record<string, unknown>>)[name];
  throw new DataError(`map: y is ${brief(y)} for row ${row}; this set's targets go by name: { ${name}: … }`);
}

/** Keeps the classes where no label changes; otherwise makes a new target. */
function mappedTarget(target: Target, y: readonly unknown[], rows: number): Target {
  const { name, values, kind, mask, shape, classNames } = target;
  const mapped = name ? y.map((byHead, row) => headOf(byHead, name, row)) : y;
  if (kind === 'classes' && mapped.every((v, i) => v === values[i])) return target;
  return targetOf('map', {
    name,
    y: mapped as Nested,
    // Labels of steps are known by their number of classes only.
    classes: kind === 'values' ? false : shape.length ? (classNames ?? target.classes) : undefined,
    mask,
    rows,
    labels: kind === 'classes',
  });
}
