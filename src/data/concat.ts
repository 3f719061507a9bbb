import { DataError } from '../errors.js';
import { sameShape, show } from '../graph/shape.js';
import type { Columns } from './columns.js';
import type { Field } from './fields.js';
import type { Target } from './target.js';

type Numbers = Float32Array | Int32Array | Uint8Array;
/** Joins two arrays of the same type. */
function joined<T extends Numbers>(a: T, b: T): T {
  const all = new (a.constructor as new (n: number) => T)(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
const scaled = ({ x, scale }: Columns): Float32Array =>
  x instanceof Float32Array ? x : Float32Array.from(x, (v) => v * Math.fround(scale));

/** The number of steps of each row: all of them where a set has rows of equal length. */
const lengthsOf = ({ lengths, size, shape }: Columns): Int32Array => lengths ?? new Int32Array(size).fill(shape[0]);

/** Joins the rows of two sets of the same kind. */
export function concatenated(a: Columns, b: Columns): Partial<Columns> {
  const refuse = (what: string): never => {
    throw new DataError(`concat: ${what}; both sets must have the same kind of rows`);
  };
  if (!sameShape(a.shape, b.shape)) refuse(`examples are ${show(a.shape)} and ${show(b.shape)}`);
  if (a.targets.length !== b.targets.length) refuse(`there are ${a.targets.length} and ${b.targets.length} targets`);
  const [x, z] = [a, b].map(({ fields = [] }) => fields.map(({ name, type }) => `${name} (${type})`).join(', '));
  if (x !== z) refuse(`columns are ${x || 'numbers'} and ${z || 'numbers'}`);
  const bytes = a.x instanceof Uint8Array && b.x instanceof Uint8Array && a.scale === b.scale;
  return {
    ...(a.fields && b.fields
      ? withCategories(a, b, a.fields, b.fields)
      : { x: bytes ? joined(a.x, b.x) : joined(scaled(a), scaled(b)) }),
    scale: bytes ? a.scale : 1,
    size: a.size + b.size,
    targets: a.targets.map((target, i) => targetsOf(target, b.targets[i], a.size, b.size, refuse)),
    weights: withDefault(a.weights, b.weights, a.size, b.size),
    lengths: a.lengths || b.lengths ? joined(lengthsOf(a), lengthsOf(b)) : undefined,
    sealed: a.sealed || b.sealed,
    seal: a.seal ?? b.seal,
  };
}

/** Gives two tables whose columns have different categories those of both. */
function withCategories(a: Columns, b: Columns, of: readonly Field[], others: readonly Field[]): Partial<Columns> {
  const fields = of.map((field, i) =>
    field.categories
      ? { ...field, categories: [...new Set([...field.categories, ...(others[i].categories ?? [])])].sort() }
      : field,
  );
  const x = joined(a.x.slice(), b.x) as Float32Array;
  fields.forEach(({ categories }, column) => {
    if (!categories) return;
    const places = new Map(categories.map((text, place) => [text, place]));
    for (let row = 0; row < a.size + b.size; row++) {
      const at = row * fields.length + column;
      const text = (row < a.size ? of : others)[column].categories?.[x[at]];
      if (text !== undefined) x[at] = places.get(text) as number;
    }
  });
  return { x, fields };
}

/** Takes whole numbers in a small set as labels if the other set's target is classes. */
function likewise(target: Target, other: Target): Target {
  const { kind, values, shape } = target;
  if (kind === other.kind || kind === 'classes' || shape.length) return target;
  if (!values.every((v) => Number.isInteger(v) && v >= 0 && v < other.classes)) return target;
  return { ...target, kind: 'classes', classes: other.classes, values: Int32Array.from(values) };
}

function targetsOf(first: Target, second: Target, n: number, m: number, refuse: (what: string) => never): Target {
  const [a, b] = [likewise(first, second), likewise(second, first)];
  if (a.name !== b.name || a.kind !== b.kind || !sameShape(a.shape, b.shape))
    refuse(`targets are ${a.kind} ${show(a.shape)} '${a.name}' and ${b.kind} ${show(b.shape)} '${b.name}'`);
  return {
    ...a,
    values: joined(a.values as Float32Array, b.values as Float32Array),
    classes: Math.max(a.classes, b.classes),
    classNames: a.classNames ?? b.classNames,
    mask: withDefault(a.mask, b.mask, n, m),
  };
}

/** Weights and masks are 1 where a set has none. */
const withDefault = (a: Float32Array | undefined, b: Float32Array | undefined, n: number, m: number) =>
  a || b ? joined(a ?? new Float32Array(n).fill(1), b ?? new Float32Array(m).fill(1)) : undefined;
