import type { Instruction } from '../graph/instruction.js';
import { attributesOf, type Tensor } from '../graph/tensor.js';
import { tiles } from '../ops/operand.js';
import { type Loop, loopOp, rowsOf } from './loops.js';

/** An instruction in the schedule, with its group. */
export interface Step {
  readonly t: Tensor;
  readonly code: Instruction;
  /** Whether it is the first instruction of t, and whether it is the last. */
  readonly first: boolean;
  last: boolean;
  /** How often it runs each time that the program does: the steps of the loops that it is in. */
  readonly times: number;
  /** The index at which its group begins, and that of the next group. */
  begin: number;
  end: number;
}
const parts = ({ code }: Step): number => code.parts ?? 1;

/** The instructions of a schedule, in groups. Elementwise neighbours with equal numbers of parts and elements form a
 *  group: the machine takes each part through the whole group, so intermediate results stay in the cache. */
export function group(order: readonly Tensor[]): Step[] {
  const steps: Step[] = [];
  const homes = new Map<Tensor, Tensor>();
  for (const t of order) for (const x of attributesOf(loopOp, t)?.inside ?? []) homes.set(x, t);
  const lists = new Map<Tensor | undefined, Tensor[]>();
  for (const t of order) {
    const home = homes.get(t);
    const list = lists.get(home);
    if (list) list.push(t);
    else lists.set(home, [t]);
  }

  const push = (t: Tensor, code: Instruction, times: number, first: boolean, last: boolean): Step => {
    const step: Step = { t, code, first, last, times, begin: steps.length, end: steps.length + 1 };
    const before = steps.at(-1);
    const joins =
      before &&
      t.op.elementwise &&
      before.t.op.elementwise &&
      before.t.size === t.size &&
      parts(before) === parts(step) &&
      before.times === times;
    if (joins) step.begin = before.begin;
    steps.push(step);
    return step;
  };
  /** A loop: its own instruction, its steps, what a step leaves behind, and the results. */
  const loop = (t: Tensor, times: number): void => {
    const { steps: count, reverse, enters, next, outputs, finals } = attributesOf(loopOp, t) as Loop;
    const opening = push(t, { kernel: 'loop', rows: count, mode: Number(reverse) }, times, true, false);
    const first = steps.length;
    all(t, times * count);
    const within = (code: Instruction): Step => push(t, code, times * count, false, false);
    for (const { t: a, offset } of outputs) within({ kernel: 'writeTurn', a, offset, ...rowsOf(a), lda: count });
    enters.forEach((y, k) => void within({ kernel: 'copy', y, a: next[k], rows: y.size, parts: tiles(y.size) }));
    const body = steps.slice(first);
    opening.end = steps.length;
    // Where threads share the work of a step, none may be a step ahead.
    if (body.some((step) => parts(step) > 1)) {
      opening.code.parts = 2;
      body[body.length - 1].code.sync = true;
    }
    for (const { t: a, offset } of finals)
      push(t, { kernel: 'copy', a, offset, rows: a.size, parts: tiles(a.size) }, times, false, false);
    steps[steps.length - 1].last = true;
  };
  const all = (home: Tensor | undefined, times: number): void => {
    for (const t of lists.get(home) ?? []) {
      if (!t.op.lower || t.value || (t.op.name === 'full' && t.size === 1)) continue;
      if (attributesOf(loopOp, t)) {
        loop(t, times);
        continue;
      }
      const lowered = t.op.lower(t, t.inputs, t.attributes);
      const codes = Array.isArray(lowered) ? (lowered as readonly Instruction[]) : [lowered as Instruction];
      codes.forEach((code, i) => void push(t, code, times, i === 0, i === codes.length - 1));
    }
  };
  all(undefined, 1);
  for (let i = steps.length - 2; i >= 0; i--)
    if (steps[i + 1].begin === steps[i].begin) steps[i].end = steps[i + 1].end;
  return steps;
}
