import type { Tensor } from '../graph/tensor.js';
import { customGradient } from './customGradient.js';
import { gradient } from './gradient.js';

/** y = plain(...inputs), computed by a kernel, with gradients computed by kernels too. Derivatives of those gradients are the plain
 *  description's: kernels need not know them. */
export const fusedGradient = (
  y: Tensor,
  inputs: readonly Tensor[],
  gradients: (dy: Tensor) => readonly Tensor[],
  plain: () => Tensor,
): Tensor =>
  customGradient(y, inputs, (dy) => {
    const second = (i: number) => (d: Tensor) => gradient(gradient(plain(), inputs, dy)[i], [...inputs, dy], d);
    return gradients(dy).map((dx, i) => customGradient(dx, [...inputs, dy], second(i)));
  });
