export { run, runAlone, work, dismiss, halt, loop } from './machine';
export { join } from './state';
export { beginTeam } from './team';
export {
  neg, abs, sqrt, square, floor, round, reciprocal, scale, relu, leakyRelu, clamp, sign,
  exp, log, tanh, sigmoid, softplus, erf, sin, cos, log1p, expm1, sinh, cosh,
} from './kernels/unary';
export {
  add, sub, mul, div, maximum, minimum, equal, less, greater, pow, mod, where,
  reluGradient, leakyReluGradient, tanhGradient, sigmoidGradient,
} from './kernels/binary';
export { uniform, normal, bernoulli, dropout } from './kernels/random';
export { sum, sumSquares, max_ as max, min_ as min, repeat, fill } from './kernels/reduce';
export { firstMask, argmax } from './kernels/extreme';
export { cumsum, order, pick } from './kernels/order';
export {
  softmax, logSoftmax, crossEntropy, crossEntropyGradient, softCrossEntropy, softCrossEntropyGradient,
} from './kernels/softmax';
export { attention, attentionGradient } from './kernels/attention';
export { feed, record, readTurn, writeTurn, copy, gatherRows, gatherBytes, take, takeGradient, oneHot } from './kernels/move';
export { maxPool, averagePool, firstPool, maxPoolGradient, averagePoolGradient } from './kernels/pool';
export { strided } from './kernels/strided';
export { warp, warpGradient } from './kernels/warp';
export { gemm } from './kernels/gemm/index';
export { conv, convWeights } from './kernels/gemm/conv';
export { winograd, winogradFilters, winogradFiltersGradient, winogradWeights } from './kernels/gemm/winograd';
export { depthwise, depthwiseWeights } from './kernels/depthwise';
export { chooseForm, forms } from './kernels/gemm/forms';
export { columnMoments, columnSlopes, rowSlopes } from './kernels/normalize/sums';
export { joinMoments, slopeTerms } from './kernels/normalize/tables';
export { normalizeColumns, normalizeColumnsGradient } from './kernels/normalize/columns';
export { normalizeRows, normalizeRowsGradient } from './kernels/normalize/rows';
export { packRecurrent } from './kernels/recurrent/layout';
export { recur } from './kernels/recurrent/forward';
export { recurGradient } from './kernels/recurrent/backward';
export {
  sgd, momentum, adagrad, rmsprop, rmspropMomentum, rmspropCentered, rmspropCenteredMomentum, adadelta, adamax, lion, adam, amsgrad, lookahead,
} from './kernels/optimizers';
export { penalty, softThreshold } from './kernels/penalties';
export { ballThreshold } from './kernels/ball';
