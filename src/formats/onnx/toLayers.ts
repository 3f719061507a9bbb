import { ACTIVATIONS } from './toActivations.js';
import * as images from './toImages.js';
import { type Exported, type Kind, present } from './toLayer.js';
import { op } from './toOps.js';
import * as sequences from './toSequences.js';
import { concatenated, flatten, looked, nameOf, repeat, reshape } from './toShapes.js';
import { channelsFirst, isValue, type Names, type Operand, spread, type Table, type Value } from './toValue.js';
import type { Graph } from './writeGraph.js';

const same: Kind = (_, x) => x.map((name) => name);
const dropped: Kind = (g, x, _, { keep, scaling }: { keep: number; scaling?: string }) =>
  x.map((name) => (scaling === 'test' && keep !== 1 ? g.op('Mul', name, g.scalar(keep)) : name));

/** Rows of the weight lie as the features do: of an image that was flattened with the channels first, in that order. */
const dense: Kind = (g, x, layer) => {
  const { image } = x;
  if (layer.options.tie !== undefined) return tied(g, x, layer);
  if (x.rank > 2) return sequences.linear(g, layer, x.last);
  const { path, values, shape } = layer.table('weight') as Table;
  const apart = { path, values, shape: [...(image ?? [shape[0]]), shape[1]] };
  const perm = image && [...channelsFirst([...image.keys()]), image.length];
  return g.op('Gemm', ...present(image ? x.ready : x.last, g.table(apart, perm, shape), layer.stored('bias')));
};

/** A product with the weight of another layer, transposed. */
function tied(g: Graph, x: Value, { stored }: Exported): string {
  const y = g.op('MatMul', x.last, g.transpose(stored('tied') as string, [1, 0]));
  const bias = stored('bias');
  return bias === undefined ? y : g.op('Add', y, bias);
}

/** Joins several values, element by element. */
type Join = (g: Graph, inputs: readonly Operand[]) => Names;
const folded =
  (type: string): Join =>
  (g, inputs) =>
    spread(g, inputs, (...names) => names.reduce((a, b) => g.op(type, a, b)));
const JOINS = {
  add: folded('Add'),
  multiply: folded('Mul'),
  maximum: folded('Max'),
  average: (g: Graph, inputs: readonly Operand[]): Names =>
    spread(g, inputs, (...names) => {
      const sum = names.reduce((a, b) => g.op('Add', a, b));
      return g.op('Mul', sum, g.scalar(1 / names.length));
    }),
};
/** How the directions of a bidirectional layer are joined. */
export const MERGES: Readonly<Record<string, Join>> = {
  concat: (g, inputs) => concatenated(g, inputs.filter(isValue), -1),
  sum: JOINS.add,
  mul: JOINS.multiply,
  average: JOINS.average,
};
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
  globalAvgPool1d: images.globally('GlobalAveragePool'),
  globalMaxPool1d: images.globally('GlobalMaxPool'),
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
  identity: same,
  reshape,
  permute: (g, x, _, { axes }: { axes: readonly number[] }) =>
    g.transpose(x.last, [0, ...axes.map((axis) => axis + 1)]),
  repeat,
  ...Object.fromEntries(
    Object.entries(JOINS).map(([name, join]): [string, Kind] => [name, (g, _, { inputs }) => join(g, inputs)]),
  ),
  concat: (g, _, { inputs }, { axis }: { axis: number }) => concatenated(g, inputs.filter(isValue), axis),
  dot,
  op,
  dropout: dropped,
  spatialDropout: dropped,
  gaussianDropout: same,
  gaussianNoise: same,
  activityPenalty: same,
};
