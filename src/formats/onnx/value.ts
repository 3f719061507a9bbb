import { nn, type Shape } from '../../index.js';
import { cannot } from './call.js';
import type { NumberKind } from './constant.js';

/**
 * A tensor of the file that a node of `nn.graph` computes. The order of its axes need not be that of the file: the batch is
 * always the first, and images have their channels last. So transposing moves no number, and only where an op cares for the
 * order is it made.
 */
export interface Value {
  readonly node: nn.GraphNode;
  /** The shape in the file, with the batch. */
  readonly shape: Shape;
  /** Which axis of the file each axis of the node is, the batch first. Axes that are missing here have size 1. */
  readonly axes: readonly number[];
  readonly kind: NumberKind;
  /** Whether these are images or sequences with channels, which stay channels last as a result too. */
  readonly image?: boolean;
  /** Set where these are rows of this value's numbers in the node's own order: what reads them either reorders its weights, or
   *  calls `inOrder`. */
  readonly rowsOf?: Value;
}

const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** The axes of the file in their order, after the batch. */
export const ordered = ({ shape, axes: [batch] }: Value): number[] => [
  batch,
  ...shape.map((_, axis) => axis).filter((axis) => axis !== batch),
];
/** The axes with this one last. */
export const lastOf = (axes: readonly number[], last: number): number[] => [...axes.filter((a) => a !== last), last];
/** All axes: channels last, where axis 1 are channels. */
export const channelsLast = ({ shape, axes: [batch] }: Value): number[] =>
  batch === 0 ? lastOf([...shape.keys()], 1) : cannot('its batch is not axis 0');

/** The node with the value's axes in this order, of which those of size 1 may be left out. */
export function arranged(given: Value, target: readonly number[]): nn.GraphNode {
  const value = inOrder(given);
  const { axes, shape } = value;
  if (sameList(axes, target)) return value.node;
  if (axes[0] !== target[0]) cannot('it mixes the rows of a batch');
  const large = (list: readonly number[]): number[] => list.slice(1).filter((axis) => shape[axis] !== 1);
  let { node } = value;
  if (!sameList(large(axes), large(target))) {
    const own = axes.slice(1);
    const wanted = [...target.filter((a) => own.includes(a)), ...own.filter((a) => !target.includes(a))];
    node = nn.permute(wanted.map((axis) => own.indexOf(axis)))(node);
  }
  const sizes = target.slice(1).map((axis) => shape[axis]);
  return sameList(node.shape, sizes) ? node : nn.reshape(sizes)(node);
}

/** The same value with its numbers in the file's order, where they are rows of an image. */
export function inOrder(value: Value): Value {
  const { rowsOf, ...rest } = value;
  return rowsOf ? { ...rest, node: nn.flatten()(arranged(rowsOf, ordered(rowsOf))) } : value;
}

/** The value behind a layer that treats each number alone. */
export function mapped(value: Value, layer: nn.CallableLayer, kind: NumberKind = value.kind): Value {
  const own = inOrder(value);
  return { ...own, node: layer(own.node), kind };
}

/** A value whose axes are other axes of the file: `to[i]` is the new number of axis i, −1 where it goes (it has size 1). */
export function renumbered(given: Value, shape: Shape, to: readonly number[]): Value {
  const value = inOrder(given);
  const kept = value.axes.filter((axis) => to[axis] >= 0);
  const axes = kept.map((axis) => to[axis]);
  return { node: arranged(value, kept), shape, axes, kind: value.kind, image: false };
}

/** The value with leading axes of size 1, up to `rank` axes. */
export function ranked(value: Value, rank: number): Value {
  const more = rank - value.shape.length;
  if (!more) return value;
  const shape = [...new Array<number>(more).fill(1), ...value.shape];
  return { ...inOrder(value), shape, axes: value.axes.map((axis) => axis + more) };
}

/** The value in another shape with as many numbers. */
export function reshaped(given: Value, shape: Shape, batch = given.axes[0]): Value {
  const value = inOrder(given);
  const [before, after] = [value.shape.slice(0, batch + 1), shape.slice(0, batch + 1)];
  if (batch !== value.axes[0] || !sameList(before, after))
    cannot(`it makes [${shape}] of [${value.shape}], which does not keep the batch where it is`);
  const large = (sizes: Shape): number[] => [...sizes.keys()].filter((axis) => axis !== batch && sizes[axis] !== 1);
  const [from, to] = [large(value.shape), large(shape)];
  const sizes = (axes: readonly number[], of: Shape): number[] => axes.map((axis) => of[axis]);
  if (sameList(sizes(from, value.shape), sizes(to, shape))) {
    // Only axes of size 1 come and go.
    const map = value.shape.map((_, axis) => (axis === batch ? batch : (to[from.indexOf(axis)] ?? -1)));
    return renumbered(value, shape, map);
  }
  const whole = shape.map((_, axis) => axis);
  const axes = [batch, ...whole.filter((axis) => axis !== batch)];
  const rest = { shape, axes, kind: value.kind };
  if (shape.length === 2 && batch === 0) {
    const inside = value.axes.filter((axis) => value.shape[axis] !== 1 || axis === 0);
    const rows = { ...rest, node: nn.flatten()(value.node) };
    return sameList(
      inside,
      [...inside].sort((a, b) => a - b),
    )
      ? rows
      : { ...rows, rowsOf: value };
  }
  return { ...rest, node: nn.reshape(axes.slice(1).map((axis) => shape[axis]))(arranged(value, ordered(value))) };
}
