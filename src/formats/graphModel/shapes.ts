import { nn } from '../../index.js';
import { Refusal } from '../keras/settings.js';
import { Constant } from './graphDef.js';
import { rangesOf } from './ranges.js';
import type { Maker, Site, Value } from './site.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
/** A value with these sizes for each example. */
const reshaped = (s: Site, x: nn.GraphNode, shape: readonly number[]): nn.GraphNode =>
  shape.length === 1 ? nn.flatten({ name: s.part() })(x) : nn.reshape(shape, { name: s.part() })(x);

/** The shape of a value, of which -1 is the batch. */
const shapeOf = (value: Value): readonly number[] => (value instanceof Constant ? value.shape : [-1, ...value.shape]);
/** The first input with another shape, of which -1 is the batch. */
function arranged(s: Site, shape: readonly number[]): Value {
  const [value] = s.inputs;
  if (!(value instanceof Constant) && shape[0] === -1) return reshaped(s, value, shape.slice(1));
  const rest = product(shape.filter((n) => n !== -1));
  const sizes = shape.map((n) => (n === -1 ? s.constant(0).size / rest : n));
  if (product(sizes) !== s.constant(0).size) throw new Refusal(`the shape [${shape.join(', ')}]`);
  return new Constant(sizes, s.constant(0).values, s.constant(0).weight);
}

/** Sizes in which the batch comes first: -1, or any number where the rest is the size of an example. */
const reshape: Maker = (s) => {
  const [value] = s.inputs;
  const [, ...rest] = s.constant(1).whole;
  if (value instanceof Constant) return arranged(s, s.constant(1).whole);
  const size = product(value.shape);
  const known = product(rest.filter((n) => n !== -1));
  const open = rest.filter((n) => n === -1).length;
  if (!rest.length || open > 1 || (open ? size % known : size !== known))
    throw new Refusal(`sizes ${s.constant(1).whole.join(', ')} for examples of ${value.shape.join(', ')}`);
  return reshaped(
    s,
    value,
    rest.map((n) => (n === -1 ? size / known : n)),
  );
};

/** Reduces along the axes that the second input names. */
const reduction =
  (op: 'mean' | 'sum' | 'max' | 'min' | 'prod', whole?: (options: nn.Named) => nn.CallableLayer): Maker =>
  (s) => {
    const x = s.x();
    const axes = s.axes(s.constant(1).whole);
    const keep = s.attributes.flag('keep_dims');
    const places = x.shape.length === 3 && axes.length === 2 && axes.includes(1) && axes.includes(2);
    const name = s.part();
    return (whole && places && !keep ? whole({ name }) : nn.op(op, { args: [axes, keep], name }))(x);
  };

/** Parts along an axis, of these sizes. */
function parts(s: Site, x: nn.GraphNode, axis: number, sizes: readonly number[]): nn.GraphNode[] {
  let from = 0;
  return sizes.map((size, i) => {
    const lead = Array.from({ length: axis }, () => 0);
    const args = [
      [...lead, from],
      [...lead.map(() => ALL), from + size],
    ];
    from += size;
    return nn.op('slice', { args, name: s.part(i ? String(i) : undefined) })(x);
  });
}
/** An end that is behind every axis. */
const ALL = Number.MAX_SAFE_INTEGER;
/** The most parts that a value is cut into. */
const MOST_PARTS = 1024;
function split(s: Site, x: nn.GraphNode, axis: number, count: number, sizes?: readonly number[]): Value[] {
  const [at] = s.axes([axis], x.shape.length + 1);
  const size = x.shape[at - 1];
  const list =
    sizes ??
    (count > 0 && count <= MOST_PARTS && size % count === 0 ? Array.from({ length: count }, () => size / count) : []);
  if (!list.length || product(list) <= 0 || list.some((n) => n < 1) || list.reduce((a, b) => a + b, 0) !== size)
    throw new Refusal(`parts of an axis of ${size} elements that do not fit it`);
  return parts(s, x, at, list);
}

/** Takes a range of each axis; an index in place of a range takes the axis away. */
const sliced =
  (strided: boolean): Maker =>
  (s) => {
    const [value] = s.inputs;
    const ranges = rangesOf(s, shapeOf(value), strided);
    const kept = ranges.filter(({ index }) => !index);
    if (value instanceof Constant) {
      const [{ begin, step, count }] = ranges;
      if (ranges.length !== 1) throw new Refusal('a part of a constant of several axes');
      const list = Array.from({ length: count }, (_, i) => value.values[begin + i * step]);
      return new Constant(
        kept.map(() => count),
        list,
        value.weight,
      );
    }
    const args = [ranges.map(({ begin }) => begin), ranges.map(({ end }) => end), ranges.map(({ step }) => step)];
    if (kept.length === ranges.length) return nn.op('slice', { args, name: s.part() })(value);
    const cut = nn.op('slice', { args, name: s.part('range') })(value);
    return reshaped(
      s,
      cut,
      kept.slice(1).map(({ count }) => count),
    );
  };

const pad: Maker = (s) => {
  const x = s.x();
  const list = s.constant(1).whole;
  const value = s.inputs.length > 2 ? s.constant(2).values[0] : 0;
  const mode = s.attributes.text('mode', 'CONSTANT');
  const sides = Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i], list[2 * i + 1]] as const);
  const [batch, ...rest] = sides;
  if (sides.length !== s.rank || batch.some((n) => n !== 0))
    throw new Refusal(`padding ${list.join(', ')}, which adds rows`);
  if (mode !== 'CONSTANT' && mode !== 'REFLECT') throw new Refusal(`mode ${mode}`);
  const name = s.part();
  const zeros = mode === 'CONSTANT' && value === 0;
  if (zeros && rest.length === 3 && rest[2].every((n) => n === 0)) return nn.zeroPad2d([rest[0], rest[1]], { name })(x);
  return nn.op('pad', { args: [sides, mode === 'REFLECT' ? { mode: 'reflect' } : { value }], name })(x);
};

/** Joins values along an axis of theirs; numbers that are known stay so. */
function joined(s: Site, values: readonly Value[], axis: number): Value {
  if (values.every((value) => value instanceof Constant)) {
    if (values.some(({ shape }) => shape.length !== 1)) throw new Refusal('constants of several axes');
    const list = values.flatMap((value) => Array.from(value.values));
    return new Constant([list.length], list);
  }
  const nodes = values.map((_, i) => s.x(s.inputs.indexOf(values[i])));
  const [at] = s.axes([axis], nodes[0].shape.length + 1);
  return nn.concat({ axis: at, name: s.part() })(nodes);
}
/** Puts values side by side along a new axis. */
const stack: Maker = (s) => {
  const axis = s.attributes.number('axis', 0);
  if (s.inputs.every((value) => value instanceof Constant)) {
    if (s.inputs.some(({ size }) => size !== 1)) throw new Refusal('constants of several numbers');
    return new Constant(
      [s.inputs.length],
      s.inputs.map(({ values }) => values[0]),
    );
  }
  const nodes = s.inputs.map((_, i) => s.x(i));
  return nn.op('stack', { args: s.axes([axis], nodes[0].shape.length + 2), name: s.part() })(nodes);
};

/** Nodes that arrange what is there. */
export const SHAPES: Readonly<Record<string, Maker>> = {
  Reshape: reshape,
  Shape: (s) => new Constant([s.rank], [-1, ...s.x().shape]),
  Flatten: (s) => reshaped(s, s.x(), [product(s.x().shape)]),
  Squeeze(s) {
    const shape = shapeOf(s.inputs[0]);
    const named = [...s.attributes.whole('squeeze_dims'), ...s.attributes.whole('axis')];
    const axes = named.map((axis) => (axis < 0 ? axis + shape.length : axis));
    if (axes.some((axis) => shape[axis] !== 1)) throw new Refusal(`axes ${named.join(', ')} that have not one element`);
    return arranged(
      s,
      shape.filter((n, i) => (named.length ? !axes.includes(i) : n !== 1)),
    );
  },
  ExpandDims(s) {
    const shape = shapeOf(s.inputs[0]);
    const [axis] = s.constant(1).whole;
    const at = axis < 0 ? axis + shape.length + 1 : axis;
    return arranged(s, [...shape.slice(0, at), 1, ...shape.slice(at)]);
  },
  Transpose(s) {
    const [batch, ...axes] = s.constant(1).whole;
    if (batch !== 0) throw new Refusal('an order of axes in which the batch is not first');
    return nn.permute(
      axes.map((axis) => axis - 1),
      { name: s.part() },
    )(s.x());
  },
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
  ConcatV2: (s) => joined(s, s.inputs.slice(0, -1), s.constant(s.inputs.length - 1).whole[0]),
  Concat: (s) => joined(s, s.inputs.slice(1), s.constant(0).whole[0]),
  Pack: stack,
  Split: (s) => split(s, s.x(1), s.constant(0).whole[0], s.attributes.number('num_split', 1)),
  SplitV: (s) => split(s, s.x(0), s.constant(2).whole[0], 0, s.constant(1).whole),
  Slice: sliced(false),
  StridedSlice: sliced(true),
  Mean: reduction('mean', nn.globalAvgPool2d),
  Max: reduction('max', nn.globalMaxPool2d),
  Sum: reduction('sum'),
  Min: reduction('min'),
  Prod: reduction('prod'),
};
