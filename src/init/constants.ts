import { full } from '../graph/leaves.js';
import { finite } from '../options.js';
import { type Initializer, initializer } from './initializer.js';

/** Makes all values 0: right for biases, wrong for weights, because all units would stay equal. */
export const zeros = (): Initializer => initializer('zeros', {}, (shape) => full(shape, 0));
/** Makes all values 1. */
export const ones = (): Initializer => initializer('ones', {}, (shape) => full(shape, 1));
/** Makes all values v. Units that start equal stay equal, because nothing breaks the symmetry. */
export function constant(v: number): Initializer {
  finite('constant', 'v', v);
  return initializer('constant', { v }, (shape) => full(shape, v));
}
