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
export { conv2d, type Conv2dLayerOptions } from './conv2d.js';
export { defineModel } from './defineModel.js';
export { dense, type DenseOptions } from './dense.js';
export { dropout, type DropoutOptions } from './dropout.js';
export { flatten } from './flatten.js';
export { layerNorm } from './layerNorm.js';
export { avgPool2d, globalAvgPool2d, maxPool2d } from './pool2d.js';
export { rematerialize } from './rematerialize.js';
export { sequential } from './sequential.js';
