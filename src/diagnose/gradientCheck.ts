import { OptionError } from '../errors.js';
import { realize } from '../compile/realize.js';
import { readable, short } from '../readable.js';
import { grad } from '../differentiate/grad.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensors } from '../ops/operand.js';

/** The largest deviation that counts as correct, relative to 1 + |derivative|: float32 is not more precise. */
const WITHIN = 1e-2;
/** The step of the differences, relative to 1 + |argument|. */
const STEP = 1e-2;

/** Compares a function's gradients with central differences, element by element. f takes the tensors and returns one number.
 *  `maxError` is the largest |∂ − difference| / (1 + |difference|); `ok`: it is below 10⁻².
 *  @example gradientCheck((x) => x.square().sum(), [tensor([1, 2])]).ok // true */
export function gradientCheck(
  f: (...xs: Tensor[]) => Tensor,
  xs: Tensor | readonly Tensor[],
): { maxError: number; ok: boolean } {
  const list = asTensors('gradientCheck', Array.isArray(xs) ? xs : [xs as Tensor]);
  if (typeof f !== 'function') throw new OptionError(`gradientCheck: f must be a function of tensors, not ${typeof f}`);
  const slopes = grad(f, { wrt: list.map((_, i) => i) })(...list).map((slope) => realize(slope));
  const values = list.map((x) => realize(x).slice());
  const at = (): number => realize(f(...values.map((v, i) => constant(v.slice(), list[i].shape))))[0];
  let maxError = 0;
  values.forEach((value, k) => {
    for (let i = 0; i < value.length; i++) {
      const [x, h] = [value[i], STEP * (1 + Math.abs(value[i]))];
      const [right, left] = [Math.fround(x + h), Math.fround(x - h)];
      value[i] = right;
      const above = at();
      value[i] = left;
      const slope = (above - at()) / (right - left);
      value[i] = x;
      maxError = Math.max(maxError, Math.abs(slopes[k][i] - slope) / (1 + Math.abs(slope)));
    }
  });
  return readable(
    { maxError, ok: maxError < WITHIN },
    ({ ok }) => `the gradient is ${ok ? 'right' : 'wrong'}: it deviates by at most ${short(maxError)}`,
  );
}
