/** `regulus/generalization`: does a model know more than its training set? */
export { type Comparison, compare, type Scored } from './compare.js';
