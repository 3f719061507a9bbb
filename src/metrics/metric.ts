import { type Configured, configured } from '../config.js';
import type { Tensor } from '../graph/tensor.js';

/** (outputs, targets) of a whole set → one number to look at, or a table of them. */
export interface Metric extends Configured {
  (output: Tensor, target: Tensor): Tensor;
  /** It reads its arguments' numbers, to sort them for example: it cannot be part of a program. */
  readonly eager?: boolean;
}

export const metric = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Tensor,
  eager = false,
): Metric => Object.assign(configured(name, options, f), eager && { eager });
