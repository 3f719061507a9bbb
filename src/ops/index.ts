/** Every public op. Those whose first argument is a tensor are methods of tensors too. */
export { add, div, maximum, minimum, mul, neg, pow, square, sub } from './arithmetic.js';
export { concat, flip, pad, slice, stack, transpose } from './arrange.js';
export { elu, gelu, leakyRelu, relu, selu, sigmoid, silu, softplus, tanh } from './activations.js';
export { equal, greater, less } from './compare.js';
export { avgPool1d, conv1d, type Conv1dOptions, maxPool1d, type Pool1dOptions } from './conv1d.js';
export { convTranspose2d, type ConvTranspose2dOptions } from './convTranspose2d.js';
export { conv2d, type Conv2dOptions } from './conv2d.js';
export { abs, clamp, cos, exp, floor, log, reciprocal, sign, sin, sqrt } from './elementary.js';
export { where } from './elementwise.js';
export { embedding, gather, oneHot } from './gather.js';
export { globalAvgPool2d } from './globalAvgPool2d.js';
export { matmul } from './matmul.js';
export { avgPool2d, maxPool2d, type PoolOptions } from './pool2d.js';
export { argmax, logSumExp, max, mean, min, norm, sum, variance } from './reduce.js';
export { reshape, stopGradient } from './reshape.js';
export { logSoftmax, softmax } from './softmax.js';
export { upsample2d, type UpsampleOptions } from './upsample2d.js';
