/** Losses: (output, target) → one number. */
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './binaryCrossEntropy.js';
export { crossEntropy, type CrossEntropyOptions } from './crossEntropy.js';
export { hinge } from './hinge.js';
export { huber } from './huber.js';
export { mae } from './mae.js';
export { mse } from './mse.js';
export type { ConfiguredLoss, Loss } from './loss.js';
