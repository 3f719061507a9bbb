import { RegulusError } from '../errors.js';
import type { Tensor } from './tensor.js';

/** All tensors that the roots depend on, each after those that `before` names (by default its inputs), in the order of
 *  the roots. It does not recurse, because chains may be long. */
export function sorted(roots: readonly Tensor[], before: (t: Tensor) => readonly Tensor[] = (t) => t.inputs): Tensor[] {
  const order: Tensor[] = [];
  /** true: already in the order; false: still on the stack. */
  const done = new Map<Tensor, boolean>();
  const stack: { t: Tensor; inputs: readonly Tensor[]; next: number }[] = [];
  const open = (t: Tensor): void => {
    done.set(t, false);
    stack.push({ t, inputs: before(t), next: 0 });
  };
  for (const root of roots) {
    if (done.has(root)) continue;
    open(root);
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (top.next === top.inputs.length) {
        done.set(top.t, true);
        order.push(top.t);
        stack.pop();
        continue;
      }
      const input = top.inputs[top.next++];
      const state = done.get(input);
      if (state === undefined) open(input);
      else if (!state)
        throw new RegulusError(
          `${input.op.name} overwrites a storage that ${top.t.op.name} reads, but also depends on its result: read the storage before it is overwritten, or read the new version`,
        );
    }
  }
  return order;
}
