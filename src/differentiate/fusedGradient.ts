import type { Tensor } from '../graph/tensor.js';
import { identity } from '../ops/reshape.js';
import { customGradient } from './customGradient.js';
import { gradient } from './gradient.js';

/** y = plain(...inputs), computed by a kernel, with gradients computed by kernels too. The derivatives of those
 *  gradients are taken of the plain description, so that they need no kernels. */
export const fusedGradient = (
  y: Tensor,
  inputs: readonly Tensor[],
  gradients: (dy: Tensor) => readonly Tensor[],
  plain: (...inputs: Tensor[]) => Tensor,
): Tensor =>
  customGradient(y, inputs, (dy) => {
    const second = (i: number) => (d: Tensor) => {
      // Inputs get an identity in front, because a reshape of a reshape would look through to the original input.
      const [slope, ...copies] = [dy, ...inputs].map(identity);
      return gradient(gradient(plain(...copies), copies, slope)[i], [...copies, slope], d);
    };
    return gradients(dy).map((dx, i) => customGradient(dx, [...inputs, dy], second(i)));
  });
