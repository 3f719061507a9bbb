/** Every public op. Those whose first argument is a tensor are methods of tensors too. */
export { add, div, maximum, minimum, mod, mul, neg, pow, square, sub } from './arithmetic.js';
export { concat, flip, pad, slice, stack, transpose } from './arrange.js';
export { expandDims, split, squeeze, tile, tril, triu } from './axes.js';
export { elu, gelu, leakyRelu, relu, selu, sigmoid, silu, softplus, tanh } from './activations.js';
export { equal, greater, greaterEqual, isNotNumber as isNaN, less, lessEqual, notEqual } from './compare.js';
export { avgPool1d, conv1d, type Conv1dOptions, maxPool1d, type Pool1dOptions } from './conv1d.js';
export { convTranspose2d, type ConvTranspose2dOptions } from './convTranspose2d.js';
export { conv2d, type Conv2dOptions } from './conv2d.js';
export {
  abs,
  clamp,
  cos,
  cosh,
  exp,
  expm1,
  floor,
  log,
  log1p,
  reciprocal,
  round,
  sign,
  sin,
  sinh,
  sqrt,
} from './elementary.js';
export { where } from './elementwise.js';
export { embedding, gather, oneHot } from './gather.js';
export { globalAvgPool2d } from './globalAvgPool2d.js';
export { matmul } from './matmul.js';
export { cumsum, sort, topK } from './order.js';
export { avgPool2d, maxPool2d, type PoolOptions } from './pool2d.js';
export { prod } from './prod.js';
export { argmax, argmin, logSumExp, max, mean, min, norm, std, sum, variance } from './reduce.js';
export { reshape, stopGradient } from './reshape.js';
export { logSoftmax, softmax } from './softmax.js';
export { upsample2d, type UpsampleOptions } from './upsample2d.js';
