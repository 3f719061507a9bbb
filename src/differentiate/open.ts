import type { Instruction } from '../graph/instruction.js';
import { input, view } from '../graph/leaves.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { sorted } from '../graph/sort.js';
import { attributesOf, held, needs, node, type Op, rebuilt, type Tensor } from '../graph/tensor.js';
import { copied } from '../ops/copy.js';
import { tiles } from '../ops/operand.js';
import { type Body, type Loop as Scan, overSteps, partOp, region } from './body.js';

/** The state of a loop: a copy of the first one, which the loop overwrites after each step. */
const enterOp: Op<number> = {
  name: 'enter',
  shape: ([x]) => x.shape,
  lower: (y, [a]) => ({ kernel: 'copy', a, rows: y.size, parts: tiles(y.size) }),
};
/** The slice of this step. */
const sliceOp: Op<{ shape: Shape; steps: number }> = {
  name: 'readTurn',
  shape: (_, { shape }) => shape,
  lower: (y, [a], { steps }) => ({ kernel: 'readTurn', a, ...rowsOf(y), lda: steps }),
};
/** The rows of a slice, and the numbers in one. */
const rowsOf = ({ shape, size }: Tensor): { rows: number; columns: number } => ({
  rows: shape[0] ?? 1,
  columns: size / (shape[0] ?? 1),
});

/** A loop whose steps are tensors of the program. */
interface Opened {
  readonly steps: number;
  readonly reverse: boolean;
  /** What the loop computes at each step; the rest of what it reads is computed once, before. */
  readonly inside: ReadonlySet<Tensor>;
  /** The state, and what it becomes after a step. */
  readonly enters: readonly Tensor[];
  readonly next: readonly Tensor[];
  /** The outputs of a step, and states that are results when the loop ends, with their places in the loop's tensor. */
  readonly outputs: readonly Result[];
  readonly finals: readonly Result[];
  readonly size: number;
}
interface Result {
  readonly t: Tensor;
  readonly offset: number;
}
const copying = (a: Tensor): Instruction => ({ kernel: 'copy', a, rows: a.size, parts: tiles(a.size) });
/** An opened loop. Its inputs are all that it reads from outside, and the results of its steps. */
const loopOp: Op<Opened> = {
  name: 'loop',
  shape: (_, { size }) => [size],
  lower: () => [],
  loop: ({ steps, reverse, inside, enters, next, outputs, finals }) => ({
    steps,
    reverse,
    inside,
    after: [
      ...outputs.map(({ t: a, offset }): Instruction => ({ kernel: 'writeTurn', a, offset, ...rowsOf(a), lda: steps })),
      ...enters.map((y, k) => ({ ...copying(next[k]), y })),
    ],
    last: finals.map(({ t, offset }) => ({ ...copying(t), offset })),
  }),
};

const loopOf = (t: Tensor): Scan | undefined => (t.op.open && !t.value ? (t.attributes as Scan) : undefined);
const partOf = (t: Tensor) => (t.value || !loopOf(t.inputs[0] ?? t) ? undefined : attributesOf(partOp, t));

/** Puts the steps of all loops into the graph, and leaves out of them what nobody reads. Returns the new roots. */
export const openLoops = (roots: readonly Tensor[], pass: Pass): readonly Tensor[] =>
  opened(joined(roots), new Map(), pass);
/** What the compiler does to a graph before it opens loops. */
type Pass = (roots: readonly Tensor[]) => readonly Tensor[];

/** Replaces loops by those that compute the same and more: the states that a gradient needs. */
function joined(roots: readonly Tensor[]): readonly Tensor[] {
  const order = sorted(roots, needs);
  const renamed = new Map<Tensor, Tensor>();
  const saving = order.filter((t) => loopOf(t)?.base);
  // The wider loop may come later in the order, but depends on the same inputs: it is renamed at the first of both.
  for (const t of order) {
    if (renamed.has(t)) continue;
    const body = loopOf(t)?.body;
    const wider = body && saving.find((s) => loopOf(s)?.base === body && s.inputs.every((x, i) => x === t.inputs[i]));
    if (wider && !renamed.has(wider)) renamed.set(wider, rebuilt(wider, renamed));
    renamed.set(t, wider ? (renamed.get(wider) as Tensor) : rebuilt(t, renamed));
  }
  return roots.map((t) => renamed.get(t) as Tensor);
}

/** What a loop must compute so that these of its results can be read, as indexes. */
interface Live {
  readonly results: ReadonlySet<number>;
  readonly carries: readonly number[];
  readonly slices: readonly number[];
  readonly outputs: readonly number[];
  readonly captured: readonly number[];
}
function liveOf(body: Body, results: ReadonlySet<number>): Live {
  const count = body.carries.length;
  const outputs = body.outputs.map((_, j) => j).filter((j) => results.has(count + j));
  const carries = new Set([...results].filter((i) => i < count));
  const given = new Set([...body.carries, ...body.slices, ...body.captured]);
  for (;;) {
    const roots = [...[...carries].map((i) => body.next[i]), ...outputs.map((j) => body.outputs[j])];
    const read = new Set(sorted(roots, (t) => (given.has(t) ? [] : needs(t))));
    const before = carries.size;
    const used = (list: readonly Tensor[]): number[] => list.flatMap((t, i) => (read.has(t) ? [i] : []));
    for (const i of used(body.carries)) carries.add(i);
    if (carries.size > before) continue;
    const sortedCarries = [...carries].sort((a, b) => a - b);
    return { results, carries: sortedCarries, slices: used(body.slices), outputs, captured: used(body.captured) };
  }
}

/** The tensors of the order that the roots depend on, with what their loops must compute. */
function used(roots: readonly Tensor[], order: readonly Tensor[]): Map<Tensor, Live | undefined> {
  const results = new Map<Tensor, Set<number>>();
  const live = new Map<Tensor, Live | undefined>(roots.map((t) => [t, undefined]));
  const read = (t: Tensor): void => void (live.has(t) || live.set(t, undefined));
  for (let i = order.length - 1; i >= 0; i--) {
    const t = order[i];
    if (!live.has(t)) continue;
    const part = partOf(t);
    const loop = loopOf(t);
    if (part) {
      const [whole] = t.inputs;
      results.set(whole, (results.get(whole) ?? new Set()).add(part.index));
      read(whole);
    } else if (loop) {
      const found = liveOf(loop.body, results.get(t) ?? new Set());
      live.set(t, found);
      inputsOf(t, loop.body, found).forEach(read);
    } else needs(t).forEach(read);
  }
  return live;
}
const inputsOf = ({ inputs }: Tensor, { carries, slices }: Body, live: Live): Tensor[] => [
  ...live.carries.map((i) => inputs[i]),
  ...live.slices.map((i) => inputs[carries.length + i]),
  ...live.captured.map((i) => inputs[carries.length + slices.length + i]),
];

/** The roots with opened loops. `given` replaces the parameters of a body by tensors of the program. */
function opened(roots: readonly Tensor[], given: ReadonlyMap<Tensor, Tensor>, pass: Pass): Tensor[] {
  const order = sorted(roots, (t) => (given.has(t) ? [] : needs(t)));
  const live = used(roots, order);
  const renamed = new Map(given);
  const places = new Map<Tensor, ReadonlyMap<number, number>>();
  for (const t of order) {
    if (renamed.has(t) || !live.has(t)) continue;
    const loop = loopOf(t);
    const part = partOf(t);
    if (loop) {
      const of = live.get(t) as Live;
      const inputs = inputsOf(t, loop.body, of).map((x) => renamed.get(x) as Tensor);
      const { tensor, offsets } = instance(loop, of, inputs, pass);
      renamed.set(t, tensor);
      places.set(t, offsets);
    } else if (part) {
      const [whole] = t.inputs;
      const offset = places.get(whole)?.get(part.index) as number;
      renamed.set(t, view(renamed.get(whole) as Tensor, offset, part.shape));
    } else renamed.set(t, rebuilt(t, renamed));
  }
  return roots.map((t) => renamed.get(t) as Tensor);
}

/** The graph of the roots with some tensors replaced. */
function replaced(roots: readonly Tensor[], given: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const renamed = new Map(given);
  for (const t of sorted(roots, (x) => (given.has(x) ? [] : needs(x))))
    if (!renamed.has(t)) renamed.set(t, rebuilt(t, renamed));
  return roots.map((t) => renamed.get(t) as Tensor);
}

/** The live part of a loop as tensors of the program, and where its results lie. */
function instance({ body, steps, reverse }: Scan, live: Live, inputs: readonly Tensor[], pass: Pass) {
  // The passes see the body alone: what it captures is a leaf to them.
  const captured = live.captured.map((i) => body.captured[i]);
  const leaves = captured.map(({ shape }) => input(shape));
  const described = [...live.carries.map((i) => body.next[i]), ...live.outputs.map((j) => body.outputs[j])];
  const closed = replaced(described, new Map(captured.map((t, k) => [t, leaves[k]])));
  const passed = joined(pass(closed));
  const firstSlice = live.carries.length;
  const firstCaptured = firstSlice + live.slices.length;
  const enters = live.carries.map((_, k) => node(enterOp, [inputs[k]], k));
  const slices = live.slices.map((i, k) =>
    node(sliceOp, [inputs[firstSlice + k]], { shape: body.slices[i].shape, steps }),
  );
  const given = new Map<Tensor, Tensor>();
  live.carries.forEach((i, k) => given.set(body.carries[i], enters[k]));
  live.slices.forEach((i, k) => given.set(body.slices[i], slices[k]));
  leaves.forEach((leaf, k) => given.set(leaf, inputs[firstCaptured + k]));
  const results = opened(passed, given, pass);

  // What depends on the state or on a slice runs at each step.
  const inside = new Set(slices);
  const varying = new Set([...enters, ...slices]);
  const stops = new Set([...varying, ...inputs]);
  const order = sorted(results, (t) => (stops.has(t) ? [] : needs(t)));
  const claimed = new Set<Tensor>();
  for (const t of order) {
    if (stops.has(t) || !needs(t).some((x) => varying.has(x))) continue;
    varying.add(t);
    inside.add(t);
    // A loop within this one begins anew at each step.
    const inner = attributesOf(loopOp, t);
    inner?.enters.forEach((enter) => inside.add(enter));
    inner?.inside.forEach((x) => claimed.add(x));
  }
  for (const x of claimed) inside.delete(x);
  // A state that becomes another one, as in a swap, is copied before any is overwritten.
  const next = results.slice(0, firstSlice).map((t) => {
    if (!enters.includes(held(t))) return t;
    const copy = copied(t);
    inside.add(copy);
    return copy;
  });

  let size = 0;
  const offsets = new Map<number, number>();
  const placed = (index: number, t: Tensor, floats: number): Result => {
    const offset = size;
    offsets.set(index, offset);
    size += region(floats);
    return { t, offset };
  };
  const finals = live.carries.flatMap((i, k) => (live.results.has(i) ? [placed(i, enters[k], enters[k].size)] : []));
  const outputs = live.outputs.map((j, k) => {
    const t = results[firstSlice + k];
    return placed(body.carries.length + j, t, sizeOf(overSteps(t.shape, steps)));
  });
  const outside = (t: Tensor): boolean => !inside.has(t) && !claimed.has(t);
  const read = new Set([...[...inside].flatMap((t) => needs(t).filter(outside)), ...enters, ...next]);
  for (const { t } of outputs) read.add(t);
  const tensor = node(loopOp, [...read], { steps, reverse, inside, enters, next, outputs, finals, size });
  return { tensor, offsets };
}
