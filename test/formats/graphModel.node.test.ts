import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  fromGraphModel,
  type GraphModelOptions,
  type GraphWeight,
} from '../../src/formats/graphModel/fromGraphModel.js';
import {
  adam,
  crossEntropy,
  dataset,
  fit,
  loadSafetensors,
  type Model,
  nn,
  saveSafetensors,
  tensor,
} from '../../src/index.js';
import { hasPeers, peer } from './peers.js';

/** What is used of TF.js. */
interface Tensor {
  readonly shape: number[];
  dataSync(): Float32Array;
}
interface Tf {
  setBackend(name: string): Promise<boolean>;
  tensor(values: ArrayLike<number>, shape: number[], dtype: string): Tensor;
  readonly io: { fromMemory(artifacts: object): object };
}
interface Converter {
  loadGraphModel(handler: object): Promise<{ execute(inputs: Record<string, Tensor>, outputs: string): Tensor }>;
}

interface Spec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}
interface Json {
  readonly modelTopology: { readonly node: readonly { readonly name: string; readonly op: string }[] };
  readonly weightsManifest: readonly [{ readonly weights: readonly Spec[] }];
}

/** Numbers from −1 to 1, by place. */
const noise = (n: number, seed = 1): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => (Math.sin((i + 1) * 12.9898 * seed) * 43758.5453) % 1);
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Attributes as the converter writes them. */
const text = (s: string) => ({ s: btoa(s) });
const texts = (...s: string[]) => ({ list: { s: s.map(btoa) } });
const whole = (...i: number[]) => ({ list: { i: i.map(String) } });
const flag = (b: boolean) => ({ b });
const int = (i: number) => ({ i: String(i) });
const FLOAT = { type: 'DT_FLOAT' };
const INT = { type: 'DT_INT32' };

/** A constant: its shape, and its numbers, which are noise where none are given. */
type Constant = readonly [shape: number[], values?: readonly number[], dtype?: 'int32'];
const numbers = (...list: number[]): Constant => [[list.length], list, 'int32'];
const scalar = (n: number): Constant => [[], [n]];
/** A graph of one node: its op, the examples' shapes of its inputs or constants, and its attributes. */
type Row = readonly [
  op: string,
  inputs: readonly (readonly number[] | { readonly c: Constant })[],
  attributes?: object,
  output?: number,
];
const c = (...constant: Constant) => ({ c: constant });
const WINDOW = {
  data_format: text('NHWC'),
  padding: text('SAME'),
  strides: whole(1, 2, 2, 1),
  dilations: whole(1, 1, 1, 1),
};
const images = [7, 6, 3];

const ROWS: Readonly<Record<string, Row>> = {
  'Conv2D, same with a stride': ['Conv2D', [images, c([3, 2, 3, 5])], WINDOW],
  'Conv2D, valid and dilated': [
    'Conv2D',
    [images, c([3, 2, 3, 5])],
    { ...WINDOW, padding: text('VALID'), strides: whole(1, 1, 1, 1), dilations: whole(1, 2, 2, 1) },
  ],
  'Conv2D, explicit padding': [
    'Conv2D',
    [images, c([3, 3, 3, 5])],
    {
      ...WINDOW,
      padding: text('EXPLICIT'),
      explicit_paddings: whole(0, 0, 0, 1, 2, 1, 0, 0),
      strides: whole(1, 2, 1, 1),
    },
  ],
  '_FusedConv2D, bias': [
    '_FusedConv2D',
    [images, c([3, 3, 3, 4]), c([4])],
    { ...WINDOW, fused_ops: texts('BiasAdd'), num_args: int(1) },
  ],
  '_FusedConv2D, Relu': [
    '_FusedConv2D',
    [images, c([3, 3, 3, 4]), c([4])],
    { ...WINDOW, fused_ops: texts('BiasAdd', 'Relu'), num_args: int(1) },
  ],
  '_FusedConv2D, Relu6': [
    '_FusedConv2D',
    [
      images,
      c(
        [3, 3, 3, 4],
        Array.from(noise(108), (n) => 9 * n),
      ),
      c([4]),
    ],
    { ...WINDOW, fused_ops: texts('BiasAdd', 'Relu6'), num_args: int(1) },
  ],
  '_FusedConv2D, Elu': [
    '_FusedConv2D',
    [images, c([3, 3, 3, 4]), c([4])],
    { ...WINDOW, fused_ops: texts('BiasAdd', 'Elu'), num_args: int(1) },
  ],
  '_FusedConv2D, LeakyRelu': [
    '_FusedConv2D',
    [images, c([3, 3, 3, 4]), c([4])],
    { ...WINDOW, fused_ops: texts('BiasAdd', 'LeakyRelu'), num_args: int(1), leakyrelu_alpha: { f: 0.3 } },
  ],
  '_FusedConv2D, Prelu': [
    '_FusedConv2D',
    [images, c([3, 3, 3, 4]), c([4]), c([4])],
    { ...WINDOW, fused_ops: texts('BiasAdd', 'Prelu'), num_args: int(2) },
  ],
  DepthwiseConv2dNative: ['DepthwiseConv2dNative', [images, c([3, 2, 3, 2])], WINDOW],
  FusedDepthwiseConv2dNative: [
    'FusedDepthwiseConv2dNative',
    [images, c([3, 3, 3, 1]), c([3])],
    { ...WINDOW, strides: whole(1, 1, 1, 1), fused_ops: texts('BiasAdd', 'Relu6'), num_args: int(1) },
  ],
  'Conv2DBackpropInput, same': ['Conv2DBackpropInput', [c(...numbers(2, 14, 12, 5)), c([3, 3, 5, 3]), images], WINDOW],
  'Conv2DBackpropInput, valid': [
    'Conv2DBackpropInput',
    [c(...numbers(2, 16, 13, 5)), c([3, 3, 5, 3]), images],
    { ...WINDOW, padding: text('VALID') },
  ],
  MatMul: ['MatMul', [[5], c([5, 4])], { transpose_a: flag(false), transpose_b: flag(false) }],
  'MatMul, transposed': ['MatMul', [[5], c([4, 5])], { transpose_a: flag(false), transpose_b: flag(true) }],
  _FusedMatMul: [
    '_FusedMatMul',
    [[5], c([5, 4]), c([4])],
    { transpose_a: flag(false), transpose_b: flag(false), fused_ops: texts('BiasAdd', 'Relu'), num_args: int(1) },
  ],
  'BatchMatMulV2, two values': [
    'BatchMatMulV2',
    [
      [4, 5],
      [3, 5],
    ],
    { adj_x: flag(false), adj_y: flag(true) },
  ],
  'BatchMatMulV2, a weight': ['BatchMatMulV2', [[4, 5], c([5, 3])], { adj_x: flag(false), adj_y: flag(false) }],
  BiasAdd: ['BiasAdd', [images, c([3])], { data_format: text('NHWC') }],
  'AddV2, two values': ['AddV2', [images, images]],
  'AddV2, a number before': ['AddV2', [c(...scalar(0.5)), images]],
  'Add, a weight': ['Add', [images, c([1, 6, 3])]],
  'Sub, a number before': ['Sub', [c(...scalar(0.5)), images]],
  'Sub, a number behind': ['Sub', [images, c(...scalar(0.5))]],
  'Sub, two values': ['Sub', [images, [7, 1, 3]]],
  'Mul, an axis for the batch': ['Mul', [images, c([1, 1, 1, 3])]],
  'Mul, two values': ['Mul', [[5], [5]]],
  'RealDiv, a weight before': ['RealDiv', [c([3], [1, 2, -3]), [3]]],
  Maximum: ['Maximum', [images, images]],
  Minimum: ['Minimum', [images, c(...scalar(0.1))]],
  FusedBatchNormV3: [
    'FusedBatchNormV3',
    [images, c([3]), c([3]), c([3]), c([3], [0.5, 1, 2])],
    { epsilon: { f: 0.01 }, is_training: flag(false), data_format: text('NHWC') },
  ],
  'AvgPool, same': ['AvgPool', [images], { ...WINDOW, ksize: whole(1, 3, 2, 1) }],
  'AvgPool, valid': ['AvgPool', [images], { ...WINDOW, padding: text('VALID'), ksize: whole(1, 3, 2, 1) }],
  'MaxPool, same': ['MaxPool', [images], { ...WINDOW, ksize: whole(1, 3, 2, 1) }],
  ...Object.fromEntries(
    [
      'Relu',
      'Relu6',
      'Elu',
      'Selu',
      'Sigmoid',
      'Tanh',
      'Softplus',
      'Softmax',
      'LogSoftmax',
      'Abs',
      'Exp',
      'Neg',
      'Floor',
      'Square',
      'Sin',
      'Cos',
      'Sign',
      'Reciprocal',
      'Round',
    ].map((op): [string, Row] => [op, [op, [[4, 5]]]]),
  ),
  LeakyRelu: ['LeakyRelu', [images], { alpha: { f: 0.1 } }],
  Prelu: ['Prelu', [images, c([3])]],
  ClipByValue: ['ClipByValue', [images, c(...scalar(-0.25)), c(...scalar(0.5))]],
  'Mean over the places': ['Mean', [images, c(...numbers(1, 2))], { keep_dims: flag(false) }],
  'Mean, kept': ['Mean', [images, c(...numbers(1, -2))], { keep_dims: flag(true) }],
  'Max over the places': ['Max', [images, c(...numbers(2, 1))], { keep_dims: flag(false) }],
  'Sum of an axis': ['Sum', [images, c(...numbers(-1))], { keep_dims: flag(false) }],
  'Min of an axis': ['Min', [images, c(...numbers(2))], { keep_dims: flag(false) }],
  Squeeze: ['Squeeze', [[1, 1, 3]], { squeeze_dims: whole(1, 2) }],
  'Squeeze, one axis': ['Squeeze', [[1, 1, 3]], { squeeze_dims: whole(-3) }],
  ExpandDims: ['ExpandDims', [[4, 3], c([], [-1], 'int32')]],
  'Reshape to a line': ['Reshape', [images, c(...numbers(-1, 126))]],
  'Reshape of rows of a known number': ['Reshape', [images, c(...numbers(2, 6, -1, 3))]],
  Pad: ['Pad', [images, c([4, 2], [0, 0, 1, 2, 0, 3, 0, 0], 'int32')]],
  'Pad of channels': ['Pad', [images, c([4, 2], [0, 0, 1, 2, 0, 3, 1, 1], 'int32')]],
  PadV2: ['PadV2', [images, c([4, 2], [0, 0, 1, 2, 0, 3, 0, 0], 'int32'), c(...scalar(-2))]],
  MirrorPad: ['MirrorPad', [images, c([4, 2], [0, 0, 1, 2, 0, 3, 0, 0], 'int32')], { mode: text('REFLECT') }],
  'ConcatV2 of channels': ['ConcatV2', [images, [7, 6, 2], c([], [-1], 'int32')], { N: int(2) }],
  'ConcatV2 of rows of pixels': ['ConcatV2', [images, [2, 6, 3], c([], [1], 'int32')], { N: int(2) }],
  Pack: [
    'Pack',
    [
      [4, 3],
      [4, 3],
    ],
    { axis: int(1), N: int(2) },
  ],
  Transpose: ['Transpose', [images, c(...numbers(0, 3, 1, 2))]],
  Split: ['Split', [c([], [3], 'int32'), [4, 2, 6]], { num_split: int(3) }, 1],
  SplitV: ['SplitV', [[4, 2, 6], c(...numbers(1, 3, 2)), c([], [-1], 'int32')], { num_split: int(3) }, 2],
  Slice: ['Slice', [images, c(...numbers(0, 1, 2, 0)), c(...numbers(-1, 4, -1, 2))]],
  StridedSlice: [
    'StridedSlice',
    [images, c(...numbers(0, 1, -5)), c(...numbers(0, 6, 6)), c(...numbers(1, 2, 1))],
    { begin_mask: int(1), end_mask: int(1), shrink_axis_mask: int(0), ellipsis_mask: int(0), new_axis_mask: int(0) },
  ],
  'StridedSlice, one of an axis': [
    'StridedSlice',
    [images, c(...numbers(0, 0, 2)), c(...numbers(0, 0, 3)), c(...numbers(1, 1, 1))],
    { begin_mask: int(3), end_mask: int(3), shrink_axis_mask: int(4), ellipsis_mask: int(0), new_axis_mask: int(0) },
  ],
  ...Object.fromEntries(
    [
      ['doubled', [14, 12]],
      ['odd', [10, 4]],
      ['one line', [1, 13]],
    ].flatMap(([name, size]) =>
      [
        ['ResizeNearestNeighbor', false, false],
        ['ResizeNearestNeighbor', false, true],
        ['ResizeBilinear', false, false],
        ['ResizeBilinear', false, true],
        ['ResizeBilinear', true, false],
      ].map(([op, align, half]): [string, Row] => [
        `${op}, ${name}${align ? ', aligned corners' : ''}${half ? ', half pixels' : ''}`,
        [
          op as string,
          [images, c(...numbers(...(size as number[])))],
          { align_corners: flag(align as boolean), half_pixel_centers: flag(half as boolean) },
        ],
      ]),
    ),
  ),
};

/** The graph of a row, with its weights. */
function graphOf([op, inputs, attributes = {}]: Row) {
  const names = inputs.map((_, i) => `in${i}`);
  const dtype = (constant: Constant) => constant[2] ?? 'float32';
  const node = inputs.map((input, i) =>
    'c' in input
      ? { name: names[i], op: 'Const', attr: { dtype: dtype(input.c) === 'int32' ? INT : FLOAT } }
      : {
          name: names[i],
          op: 'Placeholder',
          attr: {
            dtype: FLOAT,
            shape: { shape: { dim: [-1, ...(input as number[])].map((size) => ({ size: String(size) })) } },
          },
        },
  );
  const weights = inputs.flatMap((input, i) => {
    if (!('c' in input)) return [];
    const [shape, values = Array.from(noise(sizeOf(shape), i + 2))] = input.c;
    return [{ name: names[i], shape, dtype: dtype(input.c), list: values }];
  });
  return { node: [...node, { name: 'out', op, input: names, attr: { T: FLOAT, ...attributes } }], weights };
}
const weightOf = ({ name, shape, list }: { name: string; shape: number[]; list: ArrayLike<number> }): GraphWeight => ({
  name,
  shape,
  values: () => Float32Array.from(list),
});
const made = (topology: object, weights: readonly GraphWeight[], options: Partial<GraphModelOptions> = {}): Model =>
  fromGraphModel({ modelTopology: topology }, weights, { where: 'fromTfjs', ...options });

/** The model that nsfwjs packs into programs: JSON, and weights in base64. */
function packed(name: string, shards: number): { json: Json; bytes: Buffer } {
  const require = createRequire(import.meta.url);
  const of = (file: string): unknown => require(`./node_modules/nsfwjs/dist/models/${name}/${file}.min.js`);
  const parts = Array.from({ length: shards }, (_, i) => of(`group1-shard${i + 1}of${shards}`) as string);
  return { json: of('model') as Json, bytes: Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))) };
}
function unpacked({ weightsManifest }: Json, bytes: Uint8Array): GraphWeight[] {
  let at = 0;
  return weightsManifest[0].weights.map(({ name, shape, quantization }) => {
    const from = at;
    at += sizeOf(shape) * (quantization ? 1 : 4);
    const part = bytes.slice(from, at);
    const { scale, min } = quantization ?? { scale: 1, min: 0 };
    const list = quantization ? Float32Array.from(part, (q) => q * scale + min) : new Float32Array(part.buffer);
    return weightOf({ name, shape, list });
  });
}

describe.skipIf(!hasPeers)('a GraphModel, and TF.js 4.22 with it', () => {
  let tf: Tf;
  let converter: Converter;
  beforeAll(async () => {
    tf = await peer<Tf>('@tensorflow/tfjs-core');
    await peer('@tensorflow/tfjs-backend-cpu');
    converter = await peer<Converter>('@tensorflow/tfjs-converter');
    await tf.setBackend('cpu');
  });
  const far = (ours: Float32Array, theirs: Float32Array): number =>
    ours.length === theirs.length ? Math.max(...ours.map((n, i) => Math.abs(n - theirs[i]))) : Infinity;

  test.each(Object.entries(ROWS))('%s', async (_, row) => {
    const { node, weights } = graphOf(row);
    const data = weights.map(({ list, dtype }) =>
      dtype === 'int32' ? Int32Array.from(list) : Float32Array.from(list),
    );
    const artifacts = {
      modelTopology: { node, versions: { producer: 1 } },
      weightSpecs: weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      weightData: new Uint8Array(Buffer.concat(data.map((each) => Buffer.from(each.buffer)))).buffer,
    };
    const theirs = await converter.loadGraphModel(tf.io.fromMemory(artifacts));
    const xs = row[1].flatMap((input, i) =>
      'c' in input
        ? []
        : [{ name: `in${i}`, shape: [2, ...(input as number[])], x: noise(2 * sizeOf(input as number[]), 5 + i) }],
    );
    const want = theirs.execute(
      Object.fromEntries(xs.map(({ name, shape, x }) => [name, tf.tensor(x, shape, 'float32')])),
      `out:${row[3] ?? 0}`,
    );
    const topology = { node: row[3] ? [...node, { name: 'last', op: 'Identity', input: [`out:${row[3]}`] }] : node };
    const model = made(topology, weights.map(weightOf));
    const tensors = Object.fromEntries(xs.map(({ name, shape, x }) => [name, tensor(x, shape)]));
    const got = model.predict(xs.length === 1 ? tensors[xs[0].name] : (tensors as never));
    expect(got.shape).toEqual(want.shape);
    expect(far(got.data(), want.dataSync())).toBeLessThan(1e-5);
  });

  test('MobileNetV2 of nsfwjs is the same, whole and cut, and can be trained', { timeout: 120_000 }, async () => {
    const { json, bytes } = packed('mobilenet_v2_mid', 2);
    const weights = unpacked(json, bytes);
    const theirs = await converter.loadGraphModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: new Uint8Array(bytes).buffer,
      }),
    );
    const x = noise(224 * 224 * 3).map(Math.abs);
    const given = { input: tf.tensor(x, [1, 224, 224, 3], 'float32') };
    const same = (model: Model, node: string): void => {
      const name = json.modelTopology.node.find((each) => each.name.endsWith(node))?.name as string;
      const want = theirs.execute(given, name).dataSync();
      const scale = Math.max(...want.map(Math.abs));
      expect(far(model.predict(tensor(x, [1, 224, 224, 3])).data(), want) / scale).toBeLessThan(1e-4);
    };
    same(made(json.modelTopology, weights), 'Identity');
    same(made(json.modelTopology, weights, { logits: true }), 'dense/BiasAdd');
    const cut = made(json.modelTopology, weights, { upTo: 'expanded_conv_3/project/BatchNorm/FusedBatchNormV3' });
    same(cut, 'expanded_conv_3/project/BatchNorm/FusedBatchNormV3');

    // Eight images of two kinds: a few steps of the whole, with a new head, fit them.
    const features = made(json.modelTopology, weights, { upTo: 'expanded_conv_2/add', inputShape: [32, 32, 3] });
    const model = nn.sequential([features, nn.globalAvgPool2d(), nn.dense(2)]);
    const y = Int32Array.from({ length: 8 }, (_, i) => i % 2);
    const rows = noise(8 * 3072, 3).map((n, i) => Math.abs(n) * (y[Math.floor(i / 3072)] ? 0.4 : 1));
    const run = await fit(model, dataset({ x: tensor(rows, [8, 32, 32, 3]), y }), {
      ...{ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), epochs: 8, batchSize: 8, seed: 1 },
    });
    const losses = run.history.map(({ loss }) => loss);
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 2);
    const again = loadSafetensors(saveSafetensors(model));
    const images = tensor(rows, [8, 32, 32, 3]);
    expect(again.predict(images).data()).toEqual(model.predict(images).data());
  });
});
