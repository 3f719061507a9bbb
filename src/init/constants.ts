import { full } from '../graph/leaves.js';
import { finite } from '../options.js';
import { type Initializer, initializer } from './initializer.js';

/** All values 0: right for biases, wrong for weights, whose units would stay equal. */
export const zeros = (): Initializer => initializer('zeros', {}, (shape) => full(shape, 0));
/** All values 1. */
export const ones = (): Initializer => initializer('ones', {}, (shape) => full(shape, 1));
/** All values v. Units that start equal stay equal: symmetry is never broken. */
export function constant(v: number): Initializer {
  finite('constant', 'v', v);
  return initializer('constant', { v }, (shape) => full(shape, v));
}
