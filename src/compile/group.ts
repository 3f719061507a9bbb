import type { Instruction } from '../graph/instruction.js';
import type { Tensor } from '../graph/tensor.js';

/** An instruction in the schedule, with its group. */
export interface Step {
  readonly t: Tensor;
  readonly code: Instruction;
  /** Whether it is the first instruction of t, and whether it is the last. */
  readonly first: boolean;
  readonly last: boolean;
  /** The index at which its group begins, and that of the next group. */
  begin: number;
  end: number;
}
const parts = ({ code }: Step): number => code.parts ?? 1;

/** The instructions of a schedule, in groups. Elementwise neighbours with equal numbers of parts and elements form a
 *  group: the machine takes each part through the whole group, so intermediate results stay in the cache. */
export function group(order: readonly Tensor[]): Step[] {
  const steps: Step[] = [];
  for (const t of order) {
    if (!t.op.lower || t.value || (t.op.name === 'full' && t.size === 1)) continue;
    const lowered = t.op.lower(t, t.inputs, t.attributes);
    const codes = Array.isArray(lowered) ? (lowered as readonly Instruction[]) : [lowered as Instruction];
    codes.forEach((code, i) => {
      const step: Step = {
        t,
        code,
        first: i === 0,
        last: i === codes.length - 1,
        begin: steps.length,
        end: steps.length + 1,
      };
      const before = steps.at(-1);
      const joins =
        before &&
        t.op.elementwise &&
        before.t.op.elementwise &&
        before.t.size === t.size &&
        parts(before) === parts(step);
      if (joins) step.begin = before.begin;
      steps.push(step);
    });
  }
  for (let i = steps.length - 2; i >= 0; i--)
    if (steps[i + 1].begin === steps[i].begin) steps[i].end = steps[i + 1].end;
  return steps;
}
