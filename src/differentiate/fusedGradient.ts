import type { Tensor } from '../graph/tensor.js';
import { identity } from '../ops/reshape.js';
import { customGradient } from './customGradient.js';
import { gradient } from './gradient.js';

/** y = plain(...inputs), computed by a kernel, with gradients computed by kernels too. Derivatives of those gradients are the plain
 *  description's: kernels need not know them. */
export const fusedGradient = (
  y: Tensor,
  inputs: readonly Tensor[],
  gradients: (dy: Tensor) => readonly Tensor[],
  plain: (...inputs: Tensor[]) => Tensor,
): Tensor =>
  customGradient(y, inputs, (dy) => {
    const second = (i: number) => (d: Tensor) => {
      // Under names of their own: a reshape of an input that is a reshape itself would look through it.
      const [slope, ...own] = [dy, ...inputs].map(identity);
      return gradient(gradient(plain(...own), own, slope)[i], [...own, slope], d);
    };
    return gradients(dy).map((dx, i) => customGradient(dx, [...inputs, dy], second(i)));
  });
