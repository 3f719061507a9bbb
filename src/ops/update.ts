import type { KernelName } from '../wasm/engine.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { version } from './storage.js';

/** Makes the op of an optimizer's kernel, one fused pass over flat vectors: θ and the states are overwritten, g and the
 *  scalars of the step are read. It returns the next versions. */
export function updater(kernel: KernelName, states: number) {
  const op: Op<null> = {
    name: kernel,
    overwrites: 0,
    mutates: Array.from({ length: states }, (_, i) => 3 + i),
    shape: ([theta]) => theta.shape,
    lower: (_, [theta, a, d, b, c, e]) => ({
      kernel,
      a,
      b,
      c,
      d,
      e,
      rows: theta.size,
      parts: Math.ceil(theta.size / 16384),
    }),
  };
  return (
    theta: Tensor,
    grad: Tensor,
    scalars: Tensor,
    state: readonly Tensor[],
  ): { theta: Tensor; state: Tensor[] } => {
    const next = node(op, [theta, grad, scalars, ...state], null);
    return { theta: next, state: state.map((s) => version(s, next)) };
  };
}
