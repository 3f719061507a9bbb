/** Tensors. */
export { arange, eye, full, linspace, ones, tensor, type Values, zeros } from './create.js';
export type { Nested } from './methods.js';
export { type RandomGenerator, randomGenerator } from './randomGenerator.js';
