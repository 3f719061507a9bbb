import { inRange, oneOf } from '../options.js';

export interface SmoothingOptions {
  /** ε, the share of the target that is taken from the right class. Default 0. */
  labelSmoothing?: number;
  /** `'others'` (default): the other classes share ε. `'uniform'`, as in PyTorch: all classes share it. */
  smoothing?: 'others' | 'uniform';
}

/** Checks the options, and returns the targets of the right class and of each other one, for k classes.
 *  others: (1 − ε)t + ε(1 − t)/(k − 1) · uniform: (1 − ε)t + ε/k */
export function smoothed(where: string, options: SmoothingOptions): (classes: number) => { on: number; off: number } {
  const epsilon = inRange(where, 'labelSmoothing', options.labelSmoothing ?? 0, 0, 1);
  const form = oneOf(where, 'smoothing', options.smoothing ?? 'others', ['others', 'uniform']);
  return (k) =>
    form === 'others'
      ? { on: 1 - epsilon, off: k > 1 ? epsilon / (k - 1) : 0 }
      : { on: 1 - epsilon + epsilon / k, off: epsilon / k };
}
