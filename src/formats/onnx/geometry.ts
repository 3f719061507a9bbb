import type { Shape } from '../../index.js';
import { axisOf, type Call, cannot } from './call.js';
import { product } from './constant.js';

/** What the ops of shapes ask for, the same for constants and for values. */

/** The shape that Reshape makes: 0 copies a size, −1 is what remains. */
export function shapeOfReshape(call: Call, from: Shape): number[] {
  const zero = call.int('allowzero', 0);
  const given = Array.from(call.known(1, 'shape').data, (n, i) => (n === 0 && !zero ? from[i] : n));
  const known = product(given.filter((n) => n !== -1));
  const shape = given.map((n) => (n === -1 ? product(from) / known : n));
  if (product(shape) !== product(from) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0))
    cannot(`it makes [${given}] of [${from}]`);
  return shape;
}

export function shapeOfFlatten(call: Call, from: Shape): number[] {
  const given = call.int('axis', 1);
  const axis = given < 0 ? given + from.length : given;
  return [product(from.slice(0, axis)), product(from.slice(axis))];
}

/** The new number of each axis, −1 where it goes. `batch` never goes, since any batch may be given. */
export function axesOfSqueeze(call: Call, from: Shape, batch = -1): number[] {
  const given = call.list(1, 'axes')?.map((axis) => axisOf(axis, from.length));
  const gone = given ?? [...from.keys()].filter((axis) => from[axis] === 1 && axis !== batch);
  if (gone.some((axis) => from[axis] !== 1 || axis === batch)) cannot(`it removes the axes ${gone} of [${from}]`);
  let next = 0;
  return from.map((_, axis) => (gone.includes(axis) ? -1 : next++));
}

/** The new number of each axis. */
export function axesOfUnsqueeze(call: Call, from: Shape): number[] {
  const given = call.list(1, 'axes') ?? cannot('it has no axes');
  const rank = from.length + given.length;
  const added = given.map((axis) => axisOf(axis, rank));
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !added.includes(axis));
  return kept.length === from.length ? kept : cannot(`its axes ${given} name one twice`);
}
/** The shape with its axes in other places. */
export function moved(from: Shape, to: readonly number[], rank = Math.max(-1, ...to) + 1): number[] {
  const shape = new Array<number>(rank).fill(1);
  for (const [axis, place] of to.entries()) if (place >= 0) shape[place] = from[axis];
  return shape;
}

export function axesOfTranspose(call: Call, from: Shape): number[] {
  const perm = call.ints('perm') ?? [...from.keys()].reverse();
  if (perm.length !== from.length || from.some((_, axis) => !perm.includes(axis)))
    cannot(`its perm [${perm}] does not name each axis of [${from}] once`);
  return Array.from(perm);
}

/** Where a slice begins along each axis, its steps, and the sizes of the result. */
export interface Cut {
  readonly begin: readonly number[];
  readonly step: readonly number[];
  readonly shape: readonly number[];
}
export function cutOf(call: Call, from: Shape): Cut {
  const [starts, ends] = [call.list(1, 'starts') ?? [], call.list(2, 'ends') ?? []];
  const axes = (call.list(3, 'axes') ?? [...starts.keys()]).map((axis) => axisOf(axis, from.length));
  const steps = call.list(4, 'steps') ?? starts.map(() => 1);
  const [begin, step, shape] = [from.map(() => 0), from.map(() => 1), Array.from(from)];
  for (const [i, axis] of axes.entries()) {
    const [n, by] = [from[axis], steps[i]];
    if (!by || starts[i] === undefined || ends[i] === undefined) cannot('it has a step of 0, or no start or end');
    const low = by > 0 ? 0 : -1;
    const at = (k: number): number => Math.min(Math.max(k < 0 ? k + n : k, low), n + low);
    begin[axis] = at(starts[i]);
    step[axis] = by;
    shape[axis] = Math.max(0, Math.ceil((at(ends[i]) - begin[axis]) / by));
  }
  return { begin, step, shape };
}

/** The sizes into which Split cuts an axis. */
export function sizesOfSplit(call: Call, length: number): number[] {
  const count = call.node.outputs.length;
  const each = Math.ceil(length / count);
  const sizes = call.list(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(each, length - i * each));
  return sizes.length === count && sizes.reduce((a, b) => a + b, 0) === length && sizes.every((n) => n >= 0)
    ? sizes
    : cannot(`it cuts ${length} into [${sizes}]`);
}
