import { adam, crossEntropy, datasets, type FitOptions, type Model, nn } from '../../src/index.js';

/** A training that takes milliseconds: 8 updates in each of 4 epochs. */
export const train = datasets.spirals({ n: 60, seed: 1, classes: 2 });
export const network = (): Model => nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]);
export const options: FitOptions = { loss: crossEntropy(), optimizer: adam(), epochs: 4, batchSize: 8 };
