import { ACTIVATIONS } from './toActivations.js';
import * as images from './toImages.js';
import { type Kind, present } from './toLayer.js';
import { op } from './toOps.js';
import * as sequences from './toSequences.js';
import { concatenated, flatten, looked, nameOf, repeat, reshape } from './toShapes.js';
import { channelsFirst, isValue, spread, type Table } from './toValue.js';

const same: Kind = (_, x) => x.map((name) => name);
const dropped: Kind = (g, x, _, { keep, scaling }: { keep: number; scaling?: string }) =>
  x.map((name) => (scaling === 'test' && keep !== 1 ? g.op('Mul', name, g.scalar(keep)) : name));

/** Rows of the weight lie as the features do: of an image that was flattened with the channels first, in that order. */
const dense: Kind = (g, x, layer) => {
  const { image } = x;
  if (x.rank > 2) return sequences.linear(g, layer, x.last);
  const { path, values, shape } = layer.table('weight') as Table;
  const apart = { path, values, shape: [...(image ?? [shape[0]]), shape[1]] };
  const perm = image && [...channelsFirst([...image.keys()]), image.length];
  return g.op('Gemm', ...present(image ? x.ready : x.last, g.table(apart, perm, shape), layer.stored('bias')));
};

/** Joins of two at a time. */
const folded =
  (type: string): Kind =>
  (g, _, { inputs }) =>
    spread(g, inputs, (...names) => names.reduce((a, b) => g.op(type, a, b)));
const average: Kind = (g, _, { inputs }) =>
  spread(g, inputs, (...names) =>
    g.op(
      'Mul',
      names.reduce((a, b) => g.op('Add', a, b)),
      g.scalar(1 / names.length),
    ),
  );
const dot: Kind = (g, _, { inputs }, { normalize }: { normalize?: boolean }) => {
  const [a, b] = inputs.map((x) => nameOf(g, x));
  const product = (p: string, q: string): string => g.node('ReduceSum', [g.op('Mul', p, q), g.ints(-1)]);
  if (!normalize) return product(a, b);
  // Vectors of length 0 have no direction; their cosine is 0.
  const squares = g.op('Max', g.op('Mul', product(a, a), product(b, b)), g.scalar(1e-24));
  return g.op('Div', product(a, b), g.op('Sqrt', squares));
};

const maxPool = images.pooling('MaxPool');
const avgPool = images.pooling('AveragePool');
/** How layers are written, by their names. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ...ACTIVATIONS,
  dense,
  conv1d: images.convolution,
  conv2d: images.convolution,
  convTranspose2d: images.transposed,
  maxPool1d: maxPool,
  maxPool2d: maxPool,
  avgPool1d: avgPool,
  avgPool2d: avgPool,
  globalAvgPool2d: images.globally('GlobalAveragePool'),
  globalMaxPool2d: images.globally('GlobalMaxPool'),
  upsample2d: images.upsampling,
  zeroPad2d: images.framed,
  crop2d: images.cropped,
  batchNorm: images.batchNorm,
  groupNorm: images.groupNorm,
  prelu: images.prelu,
  layerNorm: sequences.layerNorm,
  rmsNorm: sequences.rmsNorm,
  rnn: sequences.recurrent,
  gru: sequences.recurrent,
  lstm: sequences.recurrent,
  positions: sequences.positions,
  attention: sequences.attention,
  transformer: sequences.transformer,
  embedding: (g, x, { table }) => looked(g, table('weight') as Table, x),
  flatten,
  reshape,
  permute: (g, x, _, { axes }: { axes: readonly number[] }) =>
    g.transpose(x.last, [0, ...axes.map((axis) => axis + 1)]),
  repeat,
  add: folded('Add'),
  multiply: folded('Mul'),
  maximum: folded('Max'),
  average,
  concat: (g, _, { inputs }, { axis }: { axis: number }) => concatenated(g, inputs.filter(isValue), axis),
  dot,
  op,
  dropout: dropped,
  spatialDropout: dropped,
  gaussianDropout: same,
  gaussianNoise: same,
  activityPenalty: same,
};
