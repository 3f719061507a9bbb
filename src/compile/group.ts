import type { Instruction } from '../graph/instruction.js';
import type { Repeated, Tensor } from '../graph/tensor.js';

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
  const loops = new Map<Tensor, Repeated>();
  for (const t of order) {
    const loop = t.value ? undefined : t.op.loop?.(t.attributes);
    if (!loop) continue;
    loops.set(t, loop);
    for (const x of loop.inside) homes.set(x, t);
  }
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
  /** A loop: its own instruction, its steps, what ends a step, and what follows the last one. */
  const repeat = (t: Tensor, { steps: count, reverse, after, last }: Repeated, times: number): void => {
    const opening = push(t, { kernel: 'loop', rows: count, mode: Number(reverse) }, times, true, false);
    const first = steps.length;
    all(t, times * count);
    for (const code of after) push(t, code, times * count, false, false);
    opening.end = steps.length;
    // Where threads share the work of a step, none may be a step ahead.
    if (steps.slice(first).some((step) => parts(step) > 1)) {
      opening.code.parts = 2;
      steps[steps.length - 1].code.sync = true;
    }
    for (const code of last) push(t, code, times, false, false);
    steps[steps.length - 1].last = true;
  };
  const all = (home: Tensor | undefined, times: number): void => {
    for (const t of lists.get(home) ?? []) {
      if (!t.op.lower || t.value || (t.op.name === 'full' && t.size === 1)) continue;
      const loop = loops.get(t);
      if (loop) {
        repeat(t, loop, times);
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
