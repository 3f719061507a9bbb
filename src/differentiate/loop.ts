import { ShapeError } from '../errors.js';
import { checkKeys } from '../options.js';
import { full, fullOp, input } from '../graph/leaves.js';
import { type Shape, sameShape, show } from '../graph/shape.js';
import { sorted } from '../graph/sort.js';
import { needs, node, type Op, type Tensor } from '../graph/tensor.js';
import { isTracing } from '../graph/trace.js';
import { mapTree, tensorsOf, treeOf } from '../graph/tree.js';
import { add } from '../ops/arithmetic.js';
import { type Body, collect, layout, type Loop, part } from './body.js';
import { gradients } from './gradient.js';
import { openLoops } from './open.js';

/** A loop. Its inputs are the first state, the tensors that it reads slices of, and those that it captures. All its results are one
 *  tensor, of which `partOp` takes one. The compiler opens loops, so this op is not lowered. */
export const scanOp: Op<Loop> = {
  name: 'scan',
  shape: (_, loop) => [layout(loop).size],
  open: openLoops,
  gradient: (dy, whole, inputs, loop) => {
    const { body, steps, reverse } = loop;
    const [carries, slices] = [body.carries.length, body.slices.length];
    const given = new Map<number, Tensor>();
    collect(dy, given);
    const saving = loop.base ? whole : node(scanOp, inputs, { ...loop, base: body, body: saved(body) });
    const outputs = (saving.attributes as Loop).body.outputs.length;
    const states = body.carries.map((_, i) => part(saving, outputs + i));

    const wanted = body.outputs.map((_, j) => carries + j).filter((index) => given.has(index));
    const results = [...body.next, ...wanted.map((index) => body.outputs[index - carries])];
    const seeds = results.map(({ shape }) => input(shape));
    const grads = gradients(results, [...body.carries, ...body.slices, ...body.captured], seeds);
    // The gradients of what is captured are added up from step to step.
    const sums = body.captured.map(({ shape }) => input(shape));
    const back = closed({
      carries: [...seeds.slice(0, carries), ...sums],
      slices: [...body.carries, ...body.slices, ...seeds.slice(carries)],
      next: [...grads.slice(0, carries), ...sums.map((s, k) => add(s, grads[carries + slices + k]))],
      outputs: grads.slice(carries, carries + slices),
    });
    const last = body.next.map(({ shape }, i) => given.get(i) ?? full(shape, 0));
    const zeros = sums.map(({ shape }) => full(shape, 0));
    const along = [...states, ...inputs.slice(carries, carries + slices), ...wanted.map((i) => given.get(i) as Tensor)];
    const d = node(scanOp, [...last, ...zeros, ...along, ...back.captured], { body: back, steps, reverse: !reverse });
    const of = (from: number, count: number): Tensor[] => Array.from({ length: count }, (_, i) => part(d, from + i));
    return [...of(0, carries), ...of(carries + sums.length, slices), ...of(carries, sums.length)];
  },
};
const saved = (body: Body): Body => ({ ...body, outputs: [...body.outputs, ...body.carries] });

/** Completes a body with what it captures: the tensors that do not depend on the parameters, but are read by one that
 *  does, or are results. */
function closed(open: Omit<Body, 'captured'>): Body {
  const inside = new Set([...open.carries, ...open.slices]);
  const captured = new Set<Tensor>();
  // A tensor of one number is part of the body.
  const capture = (t: Tensor): void => {
    if (!inside.has(t) && t.op !== (fullOp as Op)) captured.add(t);
  };
  const results = [...open.next, ...open.outputs];
  for (const t of sorted(results, (x) => (inside.has(x) ? [] : needs(x)))) {
    if (inside.has(t) || !needs(t).some((x) => inside.has(x))) continue;
    inside.add(t);
    needs(t).forEach(capture);
  }
  results.forEach(capture);
  return { ...open, captured: [...captured] };
}

/** What a loop does at a step: a function of the state and a slice. */
export type StepOf<C, X, Y> = (carry: C, x: X) => { carry: C; y?: Y };

/** Traces f, and makes the loop that calls it for slices of xs. */
export function looped<C, X, Y>(
  f: StepOf<C, X, Y>,
  init: C,
  xs: X,
  steps: number,
  reverse: boolean,
): { carry: C; ys: Y } {
  const first = tensorsOf(init);
  const [carries, slices]: [Tensor[], Tensor[]] = [[], []];
  const opened = <T>(tree: T, into: Tensor[], shapeOf: (shape: Shape) => Shape): T =>
    mapTree(tree, (t) => {
      into.push(input(shapeOf(t.shape)));
      return into[into.length - 1];
    });
  const result = f(
    opened(init, carries, (shape) => shape),
    opened(xs, slices, ([n, , ...rest]) => [n, ...rest]),
  );
  checkKeys('scan: the result of f', result, ['carry', 'y'], true);
  const [carry, y] = [treeOf('scan', 'carry', result.carry), treeOf('scan', 'y', result.y)];
  const next = tensorsOf(carry);
  if (next.length !== first.length || next.some(({ shape }, i) => !sameShape(shape, first[i].shape)))
    throw new ShapeError(
      `scan: f returns a carry of ${shapes(next)} for one of ${shapes(first)}; the state keeps its shapes`,
    );
  const body = closed({ carries, slices, next, outputs: tensorsOf(y) });
  const whole = node(scanOp, [...first, ...tensorsOf(xs), ...body.captured], { body, steps, reverse });
  const results: Tensor[] = [];
  const taken = <T>(tree: T): T =>
    mapTree(tree, () => {
      results.push(part(whole, results.length));
      return results[results.length - 1];
    });
  const found = { carry: taken(carry), ys: taken(y) as Y };
  // Where one result is read, the others are computed with it, because the loop should not run again for each.
  if (!isTracing()) for (const t of results) t.beside = results;
  return found;
}
const shapes = (tensors: readonly Tensor[]): string => tensors.map(({ shape }) => show(shape)).join(', ') || 'nothing';
