/** Layers and models. */
export {
  type ActivationOption,
  elu,
  gelu,
  leakyRelu,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './activation.js';
export { batchNorm, type BatchNormOptions } from './batchNorm.js';
export { defineModel } from './defineModel.js';
export { dense, type DenseOptions } from './dense.js';
export { dropout, type DropoutOptions } from './dropout.js';
export { flatten } from './flatten.js';
export { layerNorm } from './layerNorm.js';
export { sequential } from './sequential.js';
