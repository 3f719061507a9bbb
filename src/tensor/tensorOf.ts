import { Tensor } from '../graph/tensor.js';
import { tensor, type Values } from './create.js';

/** A tensor, or the numbers of one. */
export type Numbers = Tensor | Values;

/** What was given, as a tensor. */
export const tensorOf = (given: Numbers): Tensor => (given instanceof Tensor ? given : tensor(given));
