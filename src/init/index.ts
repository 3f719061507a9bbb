/** First values of parameters. Each draws from the model's seed; options { gain?, mode?: 'fanIn' | 'fanOut' }. */
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
