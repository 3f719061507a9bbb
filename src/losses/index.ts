/** Losses: (output, target) → one number. */
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './binaryCrossEntropy.js';
export { cosineSimilarity } from './cosineSimilarity.js';
export { crossEntropy, type CrossEntropyOptions } from './crossEntropy.js';
export { focal } from './focal.js';
export { gaussianNll } from './gaussianNll.js';
export { hinge } from './hinge.js';
export { huber } from './huber.js';
export { kl } from './kl.js';
export { mae } from './mae.js';
export { mse } from './mse.js';
export { poisson } from './poisson.js';
export { quantile } from './quantile.js';
export { triplet } from './triplet.js';
export type { ConfiguredLoss, Loss } from './loss.js';
