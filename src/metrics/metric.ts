import { type Configured, configured } from '../config.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, type Operand } from '../ops/operand.js';

/** (outputs, targets) of a whole set → one number to look at, or a table of them. */
export interface Metric extends Configured {
  (output: Operand, target: Operand): Tensor;
  /** It reads its arguments' numbers, to sort them for example: it cannot be part of a program. */
  readonly eager?: boolean;
}

export const metric = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Tensor,
  eager = false,
): Metric => {
  const call = (output: Operand, target: Operand): Tensor =>
    f(asTensor(name, output, 'output'), asTensor(name, target, 'target'));
  return Object.assign(configured(name, options, call), eager && { eager });
};
