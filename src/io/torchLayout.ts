import { isMade } from '../config.js';
import { UnsupportedError } from '../errors.js';
import { inputOp } from '../graph/leaves.js';
import { sameShape, type Shape, show, sizeOf } from '../graph/shape.js';
import type { Op, Tensor } from '../graph/tensor.js';
import type { Part } from '../nn/layer.js';
import { survey } from '../nn/walk.js';
import type { Stored } from './format.js';

/** How weights are transposed for PyTorch: [in, out] → [out, in], [kh, kw, in, out] → [out, in, kh, kw]. */
const AXES: Readonly<Record<string, readonly number[]>> = {
  dense: [1, 0],
  conv1d: [2, 1, 0],
  conv2d: [3, 2, 0, 1],
  convTranspose2d: [3, 2, 0, 1],
};
const IMAGES = /^(conv|maxPool|avgPool|upsample)/;

/** Flattened images: Regulus stores them pixel by pixel, PyTorch channel by channel. */
interface Piece {
  readonly places: number;
  readonly channels: number;
}
/** The order of a tensor's features in PyTorch: the same (undefined), channels before pixels ('images'), joined from flattened images, or
 *  unknown. */
type Order = undefined | 'images' | 'unknown' | readonly Piece[];
const isFlat = (order: Order): order is readonly Piece[] => typeof order === 'object';

/** How PyTorch stores a parameter: the order of its axes, and the order of the features along axis 0. */
interface Rule {
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly order?: readonly Piece[];
}

/** Images [n, ..., channels] as rows. */
function flattened(shape: Shape): Order {
  const channels = shape[shape.length - 1];
  const places = sizeOf(shape.slice(1, -1));
  return channels === 1 || places === 1 ? undefined : [{ places, channels }];
}

function reshaped(from: Order, before: Shape, after: Shape): Order {
  if (from === 'images' && after.length === 2 && after[0] === before[0]) return flattened(before);
  const channels = after[after.length - 1];
  if (from === 'images') return after.length > 2 && channels === before[before.length - 1] ? 'images' : undefined;
  if (after.length < 4 || from !== undefined) return from;
  // In PyTorch, rows that become images are filled channel by channel.
  return channels === 1 || sizeOf(after.slice(1, -1)) === 1 ? 'images' : 'unknown';
}

const joined = (xs: readonly Tensor[], orders: readonly Order[]): Order =>
  xs.flatMap(({ shape }, i) => {
    const order = orders[i];
    return isFlat(order) ? order : [{ places: 1, channels: shape[1] }];
  });

/** Follows features from op to op. */
function followed(known: Map<Tensor, Order>, t: Tensor): Order {
  if (known.has(t)) return known.get(t);
  const { op, inputs, shape, attributes } = t;
  const orders = inputs.map((x) => followed(known, x));
  const of = (): Order => {
    const first = orders.find((order) => order !== undefined);
    if (op === (inputOp as Op)) return shape.length > 3 ? 'images' : undefined;
    if (op.name === 'reshape') return reshaped(orders[0], inputs[0].shape, shape);
    if (op.name === 'matmul' || first === undefined) return undefined;
    if (op.elementwise || op.name.endsWith('oftmax')) return orders[inputs.findIndex(({ size }) => size === t.size)];
    if (orders.includes('unknown')) return 'unknown';
    if (first === 'images') return shape.length > 2 ? first : undefined;
    if (op.name === 'concat' && (attributes as { axis: number }).axis === 1) return joined(inputs, orders);
    return shape.length > 1 && shape[1] > 1 ? 'unknown' : undefined;
  };
  const found = of();
  known.set(t, found);
  return found;
}

/** How PyTorch stores the parameters of a model: transposed as its layers expect, and, after `flatten`, in the order in which PyTorch
 *  flattens images, channels first. */
export interface TorchLayout {
  /** The names of the counters of batches that PyTorch's batch normalizations have. */
  readonly counters: readonly string[];
  shapeOf(name: string): Shape;
  /** Reorders numbers from Regulus's layout to PyTorch's. */
  to(name: string, values: Float32Array): Stored;
  /** Reorders numbers from PyTorch's layout to Regulus's. */
  from(name: string, values: Float32Array): Float32Array;
}

/** The layout for a model of examples with this shape, batch first. Throws an UnsupportedError where there is none. */
export function torchLayout(where: string, part: Part, shape: Shape): TorchLayout {
  const rules = new Map<string, Rule>();
  const counters: string[] = [];
  const orders = new Map<Tensor, Order>();
  survey(part, shape, (path, layer, output, x, specs) => {
    const { name } = layer.config;
    const own = !isMade(layer);
    const order = followed(orders, x);
    const refuse = (what: string): never => {
      throw new UnsupportedError(
        `${where}: ${path || 'the model'} (${name}) ${what}; use layout: 'regulus', and transpose in code`,
      );
    };
    for (const [key, spec] of Object.entries(specs)) {
      const rank = spec.shape.length;
      // The products of attention are dense layers.
      const kind = rank === 2 && /^(attention|transformer)$/.test(name) ? 'dense' : key === 'weight' ? name : '';
      const isWeight = Object.hasOwn(AXES, kind);
      let rule: Rule = { shape: spec.shape, axes: Array.from(spec.shape.keys()) };
      if (!own) {
        if (rank > 1 && !isWeight && name !== 'embedding' && name !== 'positions')
          refuse(`has no counterpart in PyTorch for ${key} ${show(spec.shape)}`);
        if (isWeight) rule = { ...rule, axes: AXES[kind] };
        const along = isWeight ? name === 'dense' && x.shape.length === 2 : spec.kind === 'norm';
        if (along && order === 'unknown') refuse('follows functions after which the order of features is not known');
        if (along && isFlat(order)) {
          if (name === 'groupNorm') refuse('has groups of flattened images, which are others in PyTorch');
          rule = { ...rule, order };
        }
      }
      const id = path ? `${path}.${key}` : key;
      const before = rules.get(id);
      if (before && JSON.stringify(before.order) !== JSON.stringify(rule.order))
        refuse('is called for features in different orders');
      rules.set(id, rule);
    }
    if (own) return;
    const counter = path ? `${path}.num_batches_tracked` : 'num_batches_tracked';
    if (name === 'batchNorm' && !counters.includes(counter)) counters.push(counter);
    const hasParameters = Object.keys(specs).length > 0;
    if (name === 'flatten') orders.set(output, reshaped(order, x.shape, output.shape));
    else if (IMAGES.test(name)) orders.set(output, output.shape.length > 2 ? 'images' : undefined);
    else if (name === 'dense') orders.set(output, order === 'images' ? order : undefined);
    else if (sameShape(x.shape, output.shape)) orders.set(output, order);
    else if (hasParameters) orders.set(output, undefined);
  });

  const rule = (name: string): Rule => rules.get(name) as Rule;
  const shapeOf = (name: string): Shape => rule(name).axes.map((axis) => rule(name).shape[axis]);
  return {
    counters,
    shapeOf,
    to(name, values) {
      const there = new Float32Array(values.length);
      eachPlace(rule(name), (at, own) => {
        there[at] = values[own];
      });
      return { shape: shapeOf(name), values: there };
    },
    from(name, values) {
      const own = new Float32Array(values.length);
      eachPlace(rule(name), (at, place) => {
        own[place] = values[at];
      });
      return own;
    },
  };
}

/** Visits a parameter's numbers in PyTorch's order, with their positions in Regulus's. */
function eachPlace({ shape, axes, order }: Rule, visit: (at: number, own: number) => void): void {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  let begin = 0;
  const places = order?.flatMap(({ places, channels }) => {
    const first = begin;
    begin += places * channels;
    return Array.from(
      { length: places * channels },
      (_, j) => first + (j % places) * channels + Math.floor(j / places),
    );
  });
  const place = axes.map(() => 0);
  const size = sizeOf(shape);
  for (let at = 0; at < size; at++) {
    let own = 0;
    for (let i = 0; i < axes.length; i++) {
      const axis = axes[i];
      own += strides[axis] * (places && axis === 0 ? places[place[i]] : place[i]);
    }
    visit(at, own);
    for (let i = axes.length - 1; i >= 0 && ++place[i] === shape[axes[i]]; i--) place[i] = 0;
  }
}
