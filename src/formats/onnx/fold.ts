import { axisOf, type Call, cannot } from './call.js';
import { Constant, constantIn, constantOf, floatsOf, type NumberKind, product } from './constant.js';
import {
  axesOfSqueeze,
  axesOfTranspose,
  axesOfUnsqueeze,
  cutOf,
  moved,
  shapeOfFlatten,
  shapeOfReshape,
  sizesOfSplit,
} from './geometry.js';
import { broadcast, broadcastStrides, permuted, space, strided, stridesOf } from './strided.js';

/** Computes nodes whose inputs are all known: shapes and what is made of them, tables and weights that are rearranged. */
type Fold = (call: Call, x: Constant, y: Constant) => Constant | readonly Constant[];

/** A constant of the same kind with other numbers. */
const like = ({ kind }: Constant, shape: readonly number[], data: ArrayLike<number>): Constant =>
  constantOf(shape, data, kind);
const inShape = (x: Constant, shape: readonly number[]): Constant => new Constant(shape, x.kind, () => x.data, x.name);
const all = (call: Call): Constant[] => call.inputs.map((_, i) => call.given(i) as Constant);
const unary =
  (f: (a: number) => number): Fold =>
  (_, x) => {
    const made = space(x.size, x.data);
    const { data } = x;
    for (let i = 0; i < made.length; i++) made[i] = f(data[i]);
    return like(x, x.shape, made);
  };
const stretched = (x: Constant, shape: readonly number[]): ArrayLike<number> =>
  x.shape.length === shape.length && x.size === product(shape)
    ? x.data
    : strided(x.data, shape, broadcastStrides(x.shape, shape));
const binary =
  (f: (a: number, b: number) => number, kind?: NumberKind): Fold =>
  (call) =>
    all(call).reduce((x, y) => {
      const shape = broadcast([x.shape, y.shape]);
      const [a, b] = [stretched(x, shape), stretched(y, shape)];
      const made = space(product(shape), x.kind === 'float' && !kind ? a : undefined);
      for (let i = 0; i < made.length; i++) made[i] = f(a[i], b[i]);
      return constantOf(shape, made, kind ?? x.kind);
    });
const folded =
  (f: (a: number, b: number) => number): Fold =>
  (call, x) => {
    const over = (call.list(1, 'axes') ?? [...x.shape.keys()]).map((axis) => axisOf(axis, x.shape.length));
    const kept = [...x.shape.keys()].filter((axis) => !over.includes(axis));
    const data = permuted(x.data, x.shape, [...kept, ...over]);
    const length = product(over.map((axis) => x.shape[axis]));
    const made = space(x.size / length || 0, x.data);
    for (let i = 0; i < made.length; i++) {
      let value = data[i * length];
      for (let k = 1; k < length; k++) value = f(value, data[i * length + k]);
      made[i] = value;
    }
    const keep = call.int('keepdims', 1);
    return like(x, keep ? x.shape.map((n, i) => (over.includes(i) ? 1 : n)) : kept.map((i) => x.shape[i]), made);
  };

const gather: Fold = (call, x, at) => {
  const axis = axisOf(call.int('axis', 0), x.shape.length);
  const [n, inner] = [x.shape[axis], product(x.shape.slice(axis + 1))];
  const outer = product(x.shape.slice(0, axis));
  const [data, places] = [x.data, at.data];
  const made = space(outer * at.size * inner, data);
  let to = 0;
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < at.size; k++) {
      const place = places[k] < 0 ? places[k] + n : places[k];
      if (!(place >= 0 && place < n)) cannot(`it takes place ${places[k]} of ${n}`);
      for (let i = 0; i < inner; i++) made[to++] = data[(o * n + place) * inner + i];
    }
  return like(x, [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)], made);
};

const concat: Fold = (call, x) => {
  const parts = all(call);
  const axis = axisOf(call.int('axis', 0), x.shape.length);
  const wrong = parts.some(({ shape }) => shape.length !== x.shape.length);
  if (wrong) cannot('it joins constants with unequal numbers of axes');
  const inner = product(x.shape.slice(axis + 1));
  const widths = parts.map(({ shape }) => shape[axis] * inner);
  const width = widths.reduce((a, b) => a + b, 0);
  const outer = product(x.shape.slice(0, axis));
  const made = space(outer * width, x.data);
  let before = 0;
  for (const [i, { data }] of parts.entries()) {
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < widths[i]; k++) made[o * width + before + k] = data[o * widths[i] + k];
    before += widths[i];
  }
  return like(x, x.shape.with(axis, width / inner || 0), made);
};

const cut = (x: Constant, begin: readonly number[], step: readonly number[], shape: readonly number[]): Constant => {
  const strides = stridesOf(x.shape);
  const offset = begin.reduce((sum, at, i) => sum + at * strides[i], 0);
  return like(
    x,
    shape,
    strided(
      x.data,
      shape,
      strides.map((stride, i) => stride * step[i]),
      offset,
    ),
  );
};
const split: Fold = (call, x) => {
  const axis = axisOf(call.int('axis', 0), x.shape.length);
  let at = 0;
  return sizesOfSplit(call, x.shape[axis]).map((size) => {
    at += size;
    const begin = x.shape.map((_, i) => (i === axis ? at - size : 0));
    return cut(
      x,
      begin,
      begin.map(() => 1),
      x.shape.with(axis, size),
    );
  });
};

const range: Fold = (call, from) => {
  const [start, limit, step] = all(call).map(({ data }) => data[0]);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  const made = space(count, from.data);
  for (let i = 0; i < count; i++) made[i] = start + i * step;
  return like(from, [count], made);
};

const triangle: Fold = (call, x) => {
  const [rows, columns] = x.shape.slice(-2);
  const k = call.number(1, 'k') ?? 0;
  const upper = call.int('upper', 1);
  const { data } = x;
  const made = space(x.size, data);
  for (let i = 0; i < made.length; i++) {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    made[i] = (upper ? column - row >= k : column - row <= k) ? data[i] : 0;
  }
  return like(x, x.shape, made);
};

/** Small powers, which are products and roots. */
function power(a: number, b: number): number {
  if (b === 0.5) return Math.sqrt(a);
  if (!Number.isInteger(b) || Math.abs(b) > 64) cannot(`its exponent is ${b}`);
  let value = 1;
  for (let i = 0; i < Math.abs(b); i++) value *= a;
  return b < 0 ? 1 / value : value;
}

const cast: Fold = (call, x) => {
  const to = call.int('to', 1);
  const { data } = x;
  if (to === 9)
    return constantOf(
      x.shape,
      Array.from(data, (a) => Number(a !== 0)),
      'bool',
    );
  if ([1, 10, 11, 16].includes(to)) return new Constant(x.shape, 'float', () => floatsOf(x.data), x.name);
  return constantOf(x.shape, x.kind === 'float' ? Float64Array.from(data, Math.trunc) : data);
};
const expanded = (x: Constant, shape: readonly number[]): Constant =>
  like(x, shape, strided(x.data, shape, broadcastStrides(x.shape, shape)));

const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: (_, x) => x,
  Dropout: (_, x) => x,
  Cast: cast,
  Reshape: (call, x) => inShape(x, shapeOfReshape(call, x.shape)),
  Flatten: (call, x) => inShape(x, shapeOfFlatten(call, x.shape)),
  Squeeze: (call, x) => inShape(x, moved(x.shape, axesOfSqueeze(call, x.shape))),
  Unsqueeze: (call, x) => {
    const to = axesOfUnsqueeze(call, x.shape);
    return inShape(x, moved(x.shape, to, x.shape.length + (call.list(1, 'axes')?.length ?? 0)));
  },
  Transpose: (call, x) => {
    const axes = axesOfTranspose(call, x.shape);
    const shape = axes.map((axis) => x.shape[axis]);
    return new Constant(shape, x.kind, () => permuted(x.data, x.shape, axes), x.name);
  },
  Slice: (call, x) => {
    const { begin, step, shape } = cutOf(call, x.shape);
    return cut(x, begin, step, shape);
  },
  Split: split,
  Gather: gather,
  Concat: concat,
  Range: range,
  Trilu: triangle,
  Expand: (_, x, shape) => expanded(x, broadcast([x.shape, Array.from(shape.data)])),
  ConstantOfShape: (call, x) => {
    const { t } = call.node.attributes.get('value') ?? {};
    const value = t ? constantIn(t, {}) : constantOf([1], Float32Array.of(0), 'float');
    return expanded(value, Array.from(x.data));
  },
  Tile: (_, x, times) => {
    const own = stridesOf(x.shape);
    const sizes = x.shape.flatMap((n, i) => [times.data[i], n]);
    const data = strided(
      x.data,
      sizes,
      own.flatMap((stride) => [0, stride]),
    );
    return like(
      x,
      x.shape.map((n, i) => n * times.data[i]),
      data,
    );
  },
  Where: (call, x) => {
    const [, a, b] = all(call);
    const shape = broadcast([x.shape, a.shape, b.shape]);
    const [condition, yes, no] = [x, a, b].map((each) => stretched(each, shape));
    const made = space(product(shape), yes);
    for (let i = 0; i < made.length; i++) made[i] = condition[i] ? yes[i] : no[i];
    return like(a, shape, made);
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: (call, x, y) => binary(x.kind === 'float' ? (a, b) => a / b : (a, b) => Math.trunc(a / b))(call, x, y),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Pow: binary(power),
  Min: binary(Math.min),
  Max: binary(Math.max),
  Equal: binary((a, b) => Number(a === b), 'bool'),
  Greater: binary((a, b) => Number(a > b), 'bool'),
  Less: binary((a, b) => Number(a < b), 'bool'),
  GreaterOrEqual: binary((a, b) => Number(a >= b), 'bool'),
  LessOrEqual: binary((a, b) => Number(a <= b), 'bool'),
  And: binary((a, b) => a * b),
  Or: binary(Math.max),
  Not: unary((a) => Number(!a)),
  Neg: unary((a) => -a),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((a) => 1 / a),
  ReduceSum: folded((a, b) => a + b),
  ReduceProd: folded((a, b) => a * b),
  ReduceMax: folded(Math.max),
  ReduceMin: folded(Math.min),
};

/** Whether there is an op of that name for constants. */
export const folds = (op: string): boolean => Object.hasOwn(FOLDS, op);
/** What a node makes of constants alone; undefined where it is not computed here. */
export function foldedNode(call: Call): Constant | readonly Constant[] | undefined {
  const { op } = call.node;
  if (!folds(op)) return undefined;
  const [x, y] = all(call).length ? [call.given(0) as Constant, call.inputs[1] as Constant] : [];
  return FOLDS[op](call, x as Constant, y as Constant);
}
