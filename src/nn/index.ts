/** Layers and models. */
export {
  type ActivationOption,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './activation.js';
export { activityPenalty } from './activityPenalty.js';
export { attention, type AttentionOptions } from './attention.js';
export { batchNorm, type BatchNormOptions } from './batchNorm.js';
export { bidirectional, type BidirectionalOptions } from './bidirectional.js';
export { conv1d, type Conv1dLayerOptions } from './conv1d.js';
export { convTranspose2d, type ConvTranspose2dLayerOptions } from './convTranspose2d.js';
export { conv2d, type Conv2dLayerOptions } from './conv2d.js';
export { defineModel } from './defineModel.js';
export { dense, type DenseOptions } from './dense.js';
export { dropout, type DropoutOptions } from './dropout.js';
export { embedding } from './embedding.js';
export { flatten } from './flatten.js';
export { frozen } from './frozen.js';
export type { CallableLayer, Named } from './callable.js';
export { graph, type InputShapes, type NodeOutputs } from './graph.js';
export { groupNorm } from './groupNorm.js';
export { identity } from './identity.js';
export { add, average, concat, dot, maximum, multiply } from './joins.js';
export { lambda } from './lambda.js';
export { layerNorm } from './layerNorm.js';
export { avgPool1d, globalAvgPool1d, globalMaxPool1d, maxPool1d } from './pool1d.js';
export { avgPool2d, globalAvgPool2d, globalMaxPool2d, maxPool2d } from './pool2d.js';
export { gaussianDropout, gaussianNoise, spatialDropout } from './noise.js';
export type { GraphNode, NodeInputs } from './node.js';
export type { LayerLike } from './partOf.js';
export { type ParameterLike, parameters, type ParametersModel } from './parametersOf.js';
export { prelu } from './prelu.js';
export { gru, lstm, type Recurrent, type RecurrentOptions, rnn } from './recurrent.js';
export { op, type OpName, type OpOptions } from './op.js';
export { positions, type PositionsOptions } from './positions.js';
export { rematerialize } from './rematerialize.js';
export { rmsNorm } from './rmsNorm.js';
export { multiTask, type MultiTaskParts } from './multiTask.js';
export { sequential } from './sequential.js';
export { upTo } from './upTo.js';
export { crop2d, permute, repeat, reshape, zeroPad2d } from './shapes.js';
export { transformer, type TransformerOptions } from './transformer.js';
export { upsample2d } from './upsample2d.js';
