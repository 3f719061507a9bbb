/** Small made-up sets: n rows of a seed, the same in every runtime. */
export { circles, gaussians, moons, spirals, xor } from './plane.js';
export { polynomial, type PolynomialDataOptions } from './polynomial.js';
export type { SyntheticOptions } from './options.js';
