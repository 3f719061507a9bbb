/** Initial values of parameters. Random ones depend on the seed of the model; most have options { gain?, mode?: 'fanIn'
 *  | 'fanOut' }. */
export { constant, ones, zeros } from './constants.js';
export { orthogonal } from './orthogonal.js';
export {
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  normal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
} from './random.js';
export { sparse, type SparseOptions } from './sparse.js';
