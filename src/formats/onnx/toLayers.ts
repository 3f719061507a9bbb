import { ACTIVATIONS } from './toActivations.js';
import {
  batchNorm,
  convolution,
  cropped,
  framed,
  globally,
  groupNorm,
  pooling,
  prelu,
  transposed,
  upsampling,
} from './toImages.js';
import { type Exported, last, present, stored } from './toLayer.js';
import { op } from './toOps.js';
import { attention, layerNorm, linear, positions, recurrent, rmsNorm, transformer } from './toSequences.js';
import { along, concatenated, flatten, looked, repeat, reshape, transpose } from './toShapes.js';
import { channelsFirst, permuted, spread, type Table, type Value } from './toValue.js';

type Written = (layer: Exported) => Value | undefined;

const same: Written = ({ x }) => x;
const dropped: Written = ({ graph, x, options: { keep, scaling } }) =>
  scaling === 'test' && keep !== 1 ? x.map((name) => graph.op('Mul', name, graph.scalar(keep as number))) : x;

/** Rows of the weight lie as the features do: of an image that was flattened with the channels first, in that order. */
function dense(layer: Exported): Value {
  const { graph, x } = layer;
  if (x.rank > 2) return last(layer, linear(layer, x.last));
  const { shape, values } = layer.table('weight') as Table;
  const { image } = x.isFirst ? x : {};
  const perm = image && [...channelsFirst(image.map((_, axis) => axis)), image.length];
  const data = image && perm ? permuted(values, [...image, shape[1]], perm) : values;
  const weight = graph.parameter(`${layer.path}.weight`, data, shape);
  return last(layer, graph.op('Gemm', ...present(image ? x.first : x.last, weight, stored(layer, 'bias'))));
}

/** Joins of two at a time. */
const folded =
  (type: string, after = (_: Exported, sum: string): string => sum): Written =>
  (layer) => {
    const { graph, inputs, output } = layer;
    return spread(graph, output, inputs, (...names) =>
      after(
        layer,
        names.reduce((a, b) => graph.op(type, a, b)),
      ),
    );
  };
const dot: Written = (layer) => {
  const { graph, inputs, options } = layer;
  const [a, b] = inputs.map((x) => x.last);
  const product = (p: string, q: string): string => graph.node('ReduceSum', [graph.op('Mul', p, q), graph.ints(-1)]);
  if (options.normalize !== true) return last(layer, product(a, b));
  // Vectors of length 0 have no direction; their cosine is 0.
  const squares = graph.op('Max', graph.op('Mul', product(a, a), product(b, b)), graph.scalar(1e-24));
  return last(layer, graph.op('Div', product(a, b), graph.op('Sqrt', squares)));
};

/** How layers are written, by their names. */
const KINDS: Readonly<Record<string, Written>> = {
  ...Object.fromEntries(
    Object.entries(ACTIVATIONS).map(([name, f]): [string, Written] => [
      name,
      ({ graph, x, options }) => x.map((value) => f(graph, value, options)),
    ]),
  ),
  softmax: (layer) => along(layer, 'Softmax'),
  dense,
  conv1d: convolution,
  conv2d: convolution,
  convTranspose2d: transposed,
  maxPool1d: pooling('MaxPool'),
  maxPool2d: pooling('MaxPool'),
  avgPool1d: pooling('AveragePool'),
  avgPool2d: pooling('AveragePool'),
  globalAvgPool2d: globally('GlobalAveragePool'),
  globalMaxPool2d: globally('GlobalMaxPool'),
  upsample2d: upsampling,
  zeroPad2d: framed,
  crop2d: cropped,
  batchNorm,
  groupNorm,
  layerNorm,
  rmsNorm,
  prelu,
  flatten,
  reshape,
  permute: (layer) => transpose(layer, [0, ...(layer.options.axes as number[]).map((axis) => axis + 1)]),
  repeat,
  embedding: (layer) => looked(layer, layer.table('weight') as Table, layer.x),
  rnn: recurrent,
  gru: recurrent,
  lstm: recurrent,
  positions,
  attention,
  transformer,
  add: folded('Add'),
  multiply: folded('Mul'),
  maximum: folded('Max'),
  average: folded('Add', ({ graph, inputs }, sum) => graph.op('Mul', sum, graph.scalar(1 / inputs.length))),
  concat: (layer) => concatenated(layer, layer.inputs, layer.options.axis as number),
  dot,
  op,
  dropout: dropped,
  spatialDropout: dropped,
  gaussianDropout: same,
  gaussianNoise: same,
  activityPenalty: same,
};

/** Writes a layer, without its activation; undefined where ONNX has no counterpart. */
export const written = (layer: Exported): Value | undefined =>
  Object.hasOwn(KINDS, layer.name) ? KINDS[layer.name](layer) : undefined;
