import * as R from '../../../src/index.js';
import type { AttributeOf, NodeOf, Numbers } from './oracle.js';

type Sizes = readonly (number | 'n')[];
type Type = NonNullable<Numbers['type']>;
/** A model of one node, or of several. */
export interface Row {
  readonly op?: string;
  readonly name?: string;
  /** Default 17. */
  readonly opsets?: readonly number[];
  readonly inputs: Readonly<Record<string, Sizes | { shape: Sizes; type?: Type; values?: readonly number[] }>>;
  /** The order of the axes in the model: images are channels last there, and steps of sequences behind the batch. */
  readonly layout?: 'image' | 'steps' | 'plain';
  /** The same of the result. Default that of the input. */
  readonly result?: 'image' | 'steps' | 'plain';
  readonly initializers?: Readonly<Record<string, Numbers>>;
  readonly attributes?: Readonly<Record<string, AttributeOf>>;
  /** The names of the node's inputs. Default the inputs, then the initializers. */
  readonly operands?: readonly string[];
  /** Default ['y']. */
  readonly outputs?: readonly string[];
  readonly kinds?: Readonly<Record<string, Type>>;
  readonly nodes?: readonly NodeOf[];
  readonly lists?: boolean;
  /** Default [1, 3]. */
  readonly batches?: readonly number[];
}

let seed = 100;
/** Random numbers. */
const some = (...shape: number[]): Numbers => ({
  shape,
  data: Array.from(
    R.randomGenerator(seed++)
      .normal([...shape, 1])
      .data(),
  ),
});
const positive = (...shape: number[]): Numbers => ({ shape, data: some(...shape).data.map((x) => Math.abs(x) + 0.1) });
const ints = (...data: number[]): Numbers => ({ shape: [data.length], data, type: 'int64' });
const scalar = (x: number): Numbers => ({ shape: [], data: [x] });
const one = (op: string, inputs: string[], output: string, attributes?: NodeOf['attributes']): NodeOf => ({
  ...{ op, inputs, outputs: [output] },
  ...(attributes && { attributes }),
});

const IMAGE: Sizes = ['n', 6, 7, 5];
const image = { inputs: { x: IMAGE }, layout: 'image' } as const;
const SEQUENCE: Sizes = ['n', 6, 9];
const sequence = { inputs: { x: SEQUENCE }, layout: 'image' } as const;
const rows = { inputs: { x: ['n', 5] as Sizes } };
const deep = { inputs: { x: ['n', 4, 3, 5] as Sizes } };
const f = (float: number): { float: number } => ({ float });
/** Images, then a convolution that makes them channels last. */
const behindConv = (...nodes: NodeOf[]): Pick<Row, 'nodes' | 'inputs' | 'layout'> => ({
  ...image,
  nodes: [one('Conv', ['x', 'k'], 'c'), ...nodes],
});
const K = { k: some(4, 6, 2, 2) };

const each = (ops: string, row: Omit<Row, 'op'>): Row[] => ops.split(' ').map((op) => ({ op, ...row }));
const steps = { inputs: { x: [7, 'n', 3] as Sizes }, layout: 'steps' } as const;
const gates = (count: number, directions = 1, bias = true): Record<string, Numbers> => ({
  W: some(directions, count * 4, 3),
  R: some(directions, count * 4, 4),
  ...(bias && { B: some(directions, 2 * count * 4) }),
});

export const ROWS: readonly Row[] = [
  // Each number alone.
  ...each(
    'Relu Sigmoid Tanh Softplus Softsign Abs Neg Exp Sign Sin Cos Floor Ceil Round Identity Elu Selu LeakyRelu HardSigmoid HardSwish Mish',
    {
      ...deep,
      opsets: [18],
    },
  ),
  ...each('Relu Sigmoid Tanh Softplus Softsign Abs Neg Exp Floor Ceil Identity Elu Selu LeakyRelu HardSigmoid', {
    ...deep,
    opsets: [7, 13, 21],
  }),
  ...each('Sqrt Log Reciprocal', { inputs: { x: { shape: ['n', 4], values: [0.5, 2, 3.25, 9] } } }),
  { op: 'Elu', ...deep, attributes: { alpha: f(0.7) } },
  { op: 'Selu', ...deep, attributes: { alpha: f(1.5), gamma: f(1.1) } },
  { op: 'LeakyRelu', ...deep, attributes: { alpha: f(0.2) } },
  { op: 'HardSigmoid', ...deep, attributes: { alpha: f(1 / 6), beta: f(0.5) } },
  { op: 'Gelu', ...deep, opsets: [20], attributes: { approximate: 'tanh' } },
  { op: 'Gelu', ...deep, opsets: [20] },
  { op: 'Clip', ...deep, opsets: [7], attributes: { min: f(-0.5), max: f(0.25) } },
  { op: 'Clip', ...deep, opsets: [7], attributes: { min: f(0) } },
  { op: 'Clip', ...deep, opsets: [11, 13], initializers: { low: scalar(-0.5), high: scalar(0.25) } },
  { op: 'Clip', ...deep, operands: ['x', '', 'high'], initializers: { high: scalar(0.25) } },
  { op: 'PRelu', ...image, layout: 'plain', initializers: { slope: some(6, 1, 1) } },
  { op: 'PRelu', ...rows, initializers: { slope: some(5) } },
  { op: 'PRelu', ...rows, initializers: { slope: some(1) } },
  { op: 'Dropout', ...deep, opsets: [7, 12, 13] },
  { op: 'Not', inputs: { x: { shape: ['n', 3], type: 'bool', values: [1, 0] } }, kinds: { y: 'bool' } },
  { op: 'Cast', ...deep, attributes: { to: 7 }, kinds: { y: 'int64' } },
  { op: 'Cast', ...deep, attributes: { to: 9 }, kinds: { y: 'bool' } },
  { op: 'Cast', inputs: { x: { shape: ['n', 3], type: 'int64', values: [-2, 0, 5] } }, attributes: { to: 1 } },
  // Two operands.
  ...each('Add Sub Mul Div Max Min', { inputs: { a: ['n', 4, 3, 5], b: ['n', 4, 1, 5] }, opsets: [8, 13, 21] }),
  ...each('Add Sub Mul Div Max Min', { inputs: { a: ['n', 4, 3, 5] }, initializers: { b: some(3, 1) } }),
  ...each('Add Sub Mul Div Max Min', {
    inputs: { a: ['n', 4, 3, 5] },
    initializers: { b: some(4, 1, 5) },
    operands: ['b', 'a'],
  }),
  ...each('Add Sub Mul Div Max Min', {
    inputs: { a: ['n', 4] },
    initializers: { b: scalar(1.5) },
    operands: ['b', 'a'],
  }),
  { op: 'Pow', inputs: { x: { shape: ['n', 4], values: [0.5, 2, 3.25, 9] } }, initializers: { e: scalar(1.7) } },
  { op: 'Pow', ...deep, initializers: { e: scalar(2) }, opsets: [7, 13] },
  { op: 'Sum', inputs: { a: ['n', 4], b: ['n', 4], c: ['n', 4] }, opsets: [8, 13] },
  { op: 'Mean', inputs: { a: ['n', 4], b: ['n', 4], c: ['n', 4] }, opsets: [8, 13] },
  ...each('Equal Greater Less', {
    inputs: { a: { shape: ['n', 6], values: [1, 2, 3] }, b: { shape: ['n', 6], values: [3, 2] } },
    kinds: { y: 'bool' },
  }),
  ...each('GreaterOrEqual LessOrEqual', {
    inputs: { a: { shape: ['n', 6], values: [1, 2, 3] } },
    initializers: { b: scalar(2) },
    kinds: { y: 'bool' },
  }),
  ...each('And Or Xor', {
    inputs: {
      a: { shape: ['n', 6], values: [1, 0, 0], type: 'bool' },
      b: { shape: ['n', 6], values: [1, 0], type: 'bool' },
    },
    kinds: { y: 'bool' },
  }),
  {
    op: 'Div',
    name: 'Div of whole numbers',
    inputs: { a: { shape: ['n', 4], type: 'int64', values: [-7, 7, 8, -9] } },
    initializers: { b: ints(2) },
    kinds: { y: 'int64' },
  },
  { op: 'Where', inputs: { c: { shape: ['n', 6], values: [1, 0, 0], type: 'bool' }, a: ['n', 6], b: ['n', 6] } },
  {
    op: 'Where',
    inputs: { c: { shape: ['n', 6], values: [1, 0, 0], type: 'bool' } },
    initializers: { a: scalar(-Infinity), b: scalar(0) },
  },
  {
    op: 'Where',
    inputs: { c: { shape: ['n', 6], values: [1, 0, 0], type: 'bool' }, b: ['n', 6] },
    initializers: { a: scalar(-3.4028234663852886e38) },
    operands: ['c', 'a', 'b'],
  },
  {
    op: 'Where',
    inputs: { a: ['n', 3] },
    initializers: { c: { shape: [3], data: [1, 0, 1], type: 'bool' }, b: some(3) },
    operands: ['c', 'a', 'b'],
  },
  // Convolutions.
  { op: 'Conv', ...image, initializers: { w: some(4, 6, 3, 2) }, opsets: [7, 11, 17, 21] },
  {
    op: 'Conv',
    ...image,
    initializers: { w: some(4, 6, 3, 2), b: some(4) },
    attributes: { strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2] },
  },
  {
    op: 'Conv',
    ...image,
    initializers: { w: some(4, 3, 3, 3), b: some(4) },
    attributes: { group: 2, pads: [1, 1, 1, 1] },
  },
  {
    op: 'Conv',
    name: 'Conv, depthwise',
    ...image,
    initializers: { w: some(12, 1, 3, 3) },
    attributes: { group: 6, strides: [2, 2] },
  },
  {
    op: 'Conv',
    ...image,
    initializers: { w: some(4, 6, 3, 3) },
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
  {
    op: 'Conv',
    ...image,
    initializers: { w: some(4, 6, 2, 2) },
    attributes: { auto_pad: 'SAME_LOWER', strides: [2, 2] },
  },
  { op: 'Conv', ...image, initializers: { w: some(4, 6, 2, 2) }, attributes: { auto_pad: 'VALID' } },
  {
    op: 'Conv',
    name: 'Conv of sequences',
    ...sequence,
    initializers: { w: some(4, 6, 3), b: some(4) },
    attributes: { pads: [2, 1], strides: [2] },
  },
  { op: 'Conv', name: 'Conv of lists', ...image, initializers: { w: some(4, 6, 3, 2) }, lists: true },
  { op: 'ConvTranspose', ...image, initializers: { w: some(6, 4, 3, 2), b: some(4) } },
  {
    op: 'ConvTranspose',
    ...image,
    initializers: { w: some(6, 4, 3, 2), b: some(4) },
    attributes: { strides: [2, 3], pads: [1, 0, 0, 1], output_padding: [1, 2] },
  },
  { op: 'ConvTranspose', ...image, initializers: { w: some(6, 2, 2, 2) }, attributes: { strides: [2, 2], group: 3 } },
  // Pools.
  { op: 'MaxPool', ...image, attributes: { kernel_shape: [3, 2] }, opsets: [7, 12, 17] },
  { op: 'MaxPool', ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 0] } },
  { op: 'MaxPool', ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 } },
  { op: 'MaxPool', ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [2, 2, 2, 2] } },
  { op: 'MaxPool', ...image, attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  { op: 'MaxPool', name: 'MaxPool of sequences', ...sequence, attributes: { kernel_shape: [2], strides: [2] } },
  { op: 'AveragePool', ...image, attributes: { kernel_shape: [3, 2] } },
  { op: 'AveragePool', ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 0] } },
  {
    op: 'AveragePool',
    ...image,
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 0], count_include_pad: 1 },
  },
  {
    op: 'AveragePool',
    name: 'AveragePool of sequences',
    ...sequence,
    attributes: { kernel_shape: [3], strides: [2], pads: [1, 0] },
  },
  { op: 'GlobalAveragePool', ...image },
  { op: 'GlobalMaxPool', ...image },
  { op: 'GlobalAveragePool', name: 'GlobalAveragePool of sequences', ...sequence },
  { op: 'GlobalMaxPool', name: 'GlobalMaxPool of sequences', ...sequence },
  // Products.
  { op: 'Gemm', ...rows, initializers: { w: some(5, 3), b: some(3) }, opsets: [7, 11, 17] },
  {
    op: 'Gemm',
    ...rows,
    initializers: { w: some(3, 5), b: some(1) },
    attributes: { transB: 1, alpha: f(0.5), beta: f(2) },
  },
  { op: 'MatMul', ...rows, initializers: { w: some(5, 3) } },
  { op: 'MatMul', ...deep, initializers: { w: some(5, 3) } },
  { op: 'MatMul', ...deep, initializers: { w: some(2, 3) }, operands: ['w', 'x'] },
  { op: 'MatMul', ...deep, initializers: { w: some(3) }, operands: ['w', 'x'] },
  { op: 'MatMul', ...deep, initializers: { w: some(5) } },
  { op: 'MatMul', ...deep, initializers: { w: some(4, 5, 2) } },
  { op: 'MatMul', inputs: { a: ['n', 4, 3, 5], b: ['n', 4, 5, 2] } },
  { op: 'MatMul', inputs: { a: ['n', 4, 3, 5], b: ['n', 1, 5, 2] } },
  {
    name: 'MatMul and Add',
    ...deep,
    nodes: [one('MatMul', ['x', 'w'], 'p'), one('Add', ['b', 'p'], 'y')],
    initializers: { w: some(5, 3), b: some(3) },
  },
  {
    name: 'attention',
    inputs: { q: ['n', 7, 6], k: ['n', 7, 6] },
    nodes: [
      one('Reshape', ['q', 'heads'], 'q4'),
      one('Transpose', ['q4'], 'qt', { perm: [0, 2, 1, 3] }),
      one('Reshape', ['k', 'heads'], 'k4'),
      one('Transpose', ['k4'], 'kt', { perm: [0, 2, 3, 1] }),
      one('MatMul', ['qt', 'kt'], 's'),
      one('Softmax', ['s'], 'p', { axis: -1 }),
      one('Transpose', ['k4'], 'v', { perm: [0, 2, 1, 3] }),
      one('MatMul', ['p', 'v'], 'o'),
      one('Transpose', ['o'], 'ot', { perm: [0, 2, 1, 3] }),
      one('Reshape', ['ot', 'whole'], 'y'),
    ],
    initializers: { heads: ints(0, 0, 2, 3), whole: ints(0, 0, 6) },
  },
  // Normalizations.
  {
    op: 'BatchNormalization',
    ...image,
    initializers: { w: some(6), b: some(6), m: some(6), v: positive(6) },
    opsets: [7, 9, 14, 17],
    attributes: { epsilon: f(1e-3) },
  },
  { op: 'BatchNormalization', ...rows, initializers: { w: some(5), b: some(5), m: some(5), v: positive(5) } },
  { op: 'InstanceNormalization', ...image, initializers: { w: some(6), b: some(6) }, attributes: { epsilon: f(1e-3) } },
  { op: 'LayerNormalization', ...deep, initializers: { w: some(5), b: some(5) } },
  { op: 'LayerNormalization', ...deep, initializers: { w: some(5) }, attributes: { axis: -1, epsilon: f(1e-2) } },
  {
    op: 'GroupNormalization',
    ...image,
    opsets: [21],
    initializers: { w: some(6), b: some(6) },
    attributes: { num_groups: 3 },
  },
  {
    name: 'group normalization of several ops',
    ...image,
    nodes: [
      one('Conv', ['x', 'k'], 'c'),
      one('Reshape', ['c', 'groups'], 'r'),
      one('InstanceNormalization', ['r', 'one', 'zero'], 'i'),
      one('Shape', ['c'], 'shape'),
      one('Reshape', ['i', 'shape'], 'u'),
      one('Mul', ['u', 'w'], 'm'),
      one('Add', ['m', 'b'], 'y'),
    ],
    initializers: {
      ...K,
      groups: ints(0, 2, -1),
      one: { shape: [2], data: [1, 1] },
      zero: { shape: [2], data: [0, 0] },
      w: some(4, 1, 1),
      b: some(4, 1, 1),
    },
  },
  // Shapes.
  { op: 'Flatten', ...deep },
  { op: 'Reshape', ...deep, initializers: { s: ints(0, -1) } },
  { op: 'Reshape', ...deep, initializers: { s: ints(-1, 5, 3, 4) } },
  { op: 'Transpose', ...deep, attributes: { perm: [0, 2, 3, 1] } },
  { op: 'Squeeze', inputs: { x: ['n', 1, 3, 1] }, opsets: [11], attributes: { axes: [1, -1] } },
  { op: 'Squeeze', inputs: { x: ['n', 1, 3, 1] }, initializers: { a: ints(3) } },
  { op: 'Unsqueeze', ...rows, opsets: [7, 11], attributes: { axes: [1, 3] } },
  { op: 'Unsqueeze', ...rows, initializers: { a: ints(-1, 1) } },
  { op: 'Concat', inputs: { a: ['n', 4, 3], b: ['n', 2, 3] }, attributes: { axis: 1 } },
  { op: 'Concat', inputs: { a: ['n', 4, 3], b: ['n', 4, 3] }, attributes: { axis: -1 } },
  {
    op: 'Concat',
    batches: [1],
    name: 'Concat with a constant',
    inputs: { a: ['n', 4, 3] },
    initializers: { b: { ...some(1, 4, 2) } },
    attributes: { axis: 2 },
  },
  { op: 'Slice', ...deep, opsets: [7], attributes: { starts: [1, -3], ends: [3, 1000], axes: [1, 3] } },
  {
    op: 'Slice',
    ...deep,
    initializers: { s: ints(0, 4), e: ints(2, -9223372036854775807), a: ints(2, 3), t: ints(1, -2) },
  },
  {
    op: 'Slice',
    ...deep,
    operands: ['x', 's', 'e', 'a'],
    initializers: { s: ints(-2), e: ints(9007199254740991), a: ints(-1) },
  },
  { op: 'Split', ...deep, outputs: ['y', 'z'], attributes: { axis: 1 } },
  { op: 'Split', ...deep, outputs: ['y', 'z'], attributes: { axis: 3 }, initializers: { s: ints(2, 3) } },
  { op: 'Split', ...deep, outputs: ['y', 'z'], opsets: [11], attributes: { axis: 3, split: [1, 4] } },
  { op: 'Gather', ...deep, initializers: { i: { shape: [], data: [-1], type: 'int64' } }, attributes: { axis: 2 } },
  { op: 'Gather', ...deep, initializers: { i: ints(2, 0) }, attributes: { axis: 2 } },
  {
    op: 'Gather',
    ...deep,
    initializers: { i: { shape: [2, 2], data: [0, 1, 2, -1], type: 'int64' } },
    attributes: { axis: 2 },
  },
  {
    op: 'Gather',
    name: 'Gather from a table',
    inputs: { i: { shape: ['n', 4], type: 'int64', values: [0, 3, 1] } },
    initializers: { table: some(5, 3) },
    operands: ['table', 'i'],
  },
  { op: 'Expand', inputs: { x: ['n', 1, 5] }, initializers: { s: ints(1, 3, 5) } },
  { op: 'Expand', inputs: { x: ['n', 5, 1] }, initializers: { s: ints(2) } },
  { op: 'Tile', ...deep, initializers: { r: ints(1, 2, 1, 3) } },
  { op: 'Pad', ...deep, opsets: [7], attributes: { pads: [0, 1, 0, 2, 0, 0, 1, 1], value: f(1.5) } },
  { op: 'Pad', ...deep, initializers: { p: ints(0, 1, 0, 2, 0, 0, 1, 1), v: scalar(-2) } },
  { op: 'Pad', ...deep, initializers: { p: ints(0, 1, 0, 2, 0, 0, 1, 1) }, attributes: { mode: 'reflect' } },
  {
    op: 'DepthToSpace',
    inputs: { x: ['n', 12, 3, 5] },
    layout: 'image',
    result: 'plain',
    attributes: { blocksize: 2 },
  },
  {
    op: 'DepthToSpace',
    inputs: { x: ['n', 12, 3, 5] },
    layout: 'image',
    result: 'plain',
    attributes: { blocksize: 2, mode: 'CRD' },
  },
  { op: 'CumSum', ...deep, initializers: { a: { shape: [], data: [2], type: 'int64' } } },
  ...['axis', 'largest'].map(
    (name): Row => ({
      ...{ name: `TopK, ${name}`, ...deep, initializers: { k: ints(2) } },
      nodes: [
        { op: 'TopK', inputs: ['x', 'k'], outputs: ['y', 'places'], attributes: { [name]: name === 'axis' ? 1 : 0 } },
      ],
    }),
  ),
  ...each('Sinh Cosh', deep),
  {
    op: 'Mod',
    inputs: { a: { shape: ['n', 4], type: 'int64', values: [-7, 7, 8, -9] } },
    initializers: { b: { ...ints(3) } },
    kinds: { y: 'int64' },
  },
  // Reductions.
  ...each('ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp', {
    ...deep,
    opsets: [11],
    attributes: { axes: [1, -1], keepdims: 0 },
  }),
  ...each('ReduceMean ReduceMax', { ...deep, opsets: [11], attributes: { axes: [2] } }),
  { op: 'ReduceSum', ...deep, initializers: { a: ints(2, 3) }, attributes: { keepdims: 1 } },
  { op: 'ReduceMean', ...deep, opsets: [18], initializers: { a: ints(-1) } },
  { op: 'Softmax', ...deep, opsets: [13], attributes: { axis: 1 } },
  { op: 'Softmax', ...deep, opsets: [7, 13], attributes: { axis: 3 } },
  { op: 'LogSoftmax', ...deep, opsets: [13] },
  { op: 'ArgMax', ...deep, attributes: { axis: 2, keepdims: 0 }, kinds: { y: 'int64' } },
  { op: 'ArgMax', ...deep, attributes: { axis: -1 }, kinds: { y: 'int64' } },
  { op: 'ArgMin', ...deep, attributes: { axis: 1 }, kinds: { y: 'int64' } },
  // Images of another size.
  { op: 'Upsample', ...image, opsets: [7], attributes: { scales: { floats: [1, 1, 2, 3] } } },
  { op: 'Upsample', ...image, opsets: [9], initializers: { s: { shape: [4], data: [1, 1, 2, 3] } } },
  { op: 'Resize', ...image, opsets: [10], initializers: { s: { shape: [4], data: [1, 1, 2, 2] } } },
  ...['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'].flatMap((coordinates): Row[] => [
    {
      ...{
        op: 'Resize',
        name: `Resize nearest, ${coordinates}`,
        ...image,
        opsets: [11, 13, 17],
        operands: ['x', 'roi', 's'],
      },
      attributes: { coordinate_transformation_mode: coordinates, nearest_mode: 'floor' },
      initializers: { roi: { shape: [0], data: [] }, s: { shape: [4], data: [1, 1, 2, 2] } },
    },
    {
      ...{ op: 'Resize', name: `Resize linear, ${coordinates}`, ...image, opsets: [13], operands: ['x', '', 's'] },
      attributes: { coordinate_transformation_mode: coordinates, mode: 'linear' },
      initializers: { s: { shape: [4], data: [1, 1, 2, 2] } },
    },
    {
      ...{
        op: 'Resize',
        batches: [1],
        name: `Resize to sizes, ${coordinates}`,
        ...image,
        opsets: [13],
        operands: ['x', '', '', 's'],
      },
      attributes: { coordinate_transformation_mode: coordinates, mode: 'linear' },
      initializers: { s: ints(1, 6, 4, 9) },
    },
  ]),
  ...['round_prefer_floor', 'round_prefer_ceil', 'ceil'].map(
    (nearest): Row => ({
      ...{ op: 'Resize', name: `Resize nearest, ${nearest}`, ...image, operands: ['x', '', 's'] },
      attributes: { nearest_mode: nearest },
      initializers: { s: { shape: [4], data: [1, 1, 1.6, 0.7] } },
    }),
  ),
  // Sequences.
  {
    op: 'LSTM',
    ...steps,
    result: 'steps',
    attributes: { hidden_size: 4 },
    initializers: gates(4),
    outputs: ['', 'y'],
    name: 'LSTM, last state',
  },
  ...(
    [
      ['LSTM', 4, {}],
      ['GRU', 3, { linear_before_reset: 1 }],
      ['RNN', 1, {}],
    ] as const
  ).flatMap(([op, count, attributes]): Row[] =>
    ['forward', 'reverse', 'bidirectional'].flatMap((direction): Row[] => {
      const directions = direction === 'bidirectional' ? 2 : 1;
      const own = { ...attributes, hidden_size: 4, direction };
      const names = ['x', 'W', 'R', 'B'];
      return [
        {
          name: `${op}, ${direction}, all steps`,
          ...{ inputs: steps.inputs, layout: 'steps', result: 'plain' },
          opsets: [7, 14, 17],
          nodes: [
            { op, inputs: names, outputs: ['h'], attributes: own },
            one('Transpose', ['h'], 'y', { perm: [2, 0, 1, 3] }),
          ],
          initializers: gates(count, directions),
        },
        {
          name: `${op}, ${direction}, both`,
          ...{ inputs: steps.inputs, layout: 'steps', result: 'plain' },
          nodes: [
            { op, inputs: names, outputs: ['h', 'e'], attributes: own },
            one('Transpose', ['h'], 'y', { perm: [2, 0, 1, 3] }),
            one('Transpose', ['e'], 'z', { perm: [1, 0, 2] }),
          ],
          outputs: ['y', 'z'],
          initializers: gates(count, directions),
        },
        {
          name: `${op}, ${direction}, last state`,
          ...{ inputs: { x: ['n', 7, 3] }, result: 'plain' },
          nodes: [
            one('Transpose', ['x'], 't', { perm: [1, 0, 2] }),
            { op, inputs: ['t', 'W', 'R'], outputs: ['', 'e'], attributes: own },
            one('Transpose', ['e'], 'y', { perm: [1, 0, 2] }),
          ],
          initializers: gates(count, directions, false),
        },
      ];
    }),
  ),
  {
    name: 'LSTM as PyTorch writes it',
    ...{ inputs: { x: ['n', 7, 3] }, result: 'plain' },
    nodes: [
      one('Transpose', ['x'], 't', { perm: [1, 0, 2] }),
      {
        op: 'LSTM',
        inputs: ['t', 'W', 'R', 'B'],
        outputs: ['h', 'last', 'cell'],
        attributes: { hidden_size: 4, direction: 'bidirectional' },
      },
      one('Transpose', ['h'], 'u', { perm: [0, 2, 1, 3] }),
      one('Reshape', ['u', 's'], 'r'),
      one('Transpose', ['r'], 'y', { perm: [1, 0, 2] }),
    ],
    initializers: { ...gates(4, 2), s: ints(0, 0, -1) },
  },
  // What files write as several ops, and images that become rows.
  { name: 'SiLU', ...deep, nodes: [one('Sigmoid', ['x'], 's'), one('Mul', ['s', 'x'], 'y')] },
  {
    name: 'hard swish of Paddle',
    ...deep,
    nodes: [
      one('Add', ['x', 'three'], 'a'),
      one('Clip', ['a', 'zero', 'six'], 'c'),
      one('Mul', ['x', 'c'], 'm'),
      one('Div', ['m', 'six'], 'y'),
    ],
    initializers: { zero: scalar(0), three: scalar(3), six: scalar(6) },
  },
  {
    name: 'hard swish of PyTorch',
    ...deep,
    nodes: [
      one('Add', ['x', 'three'], 'a'),
      one('Clip', ['a', 'zero', 'six'], 'c'),
      one('Div', ['c', 'six'], 'd'),
      one('Mul', ['x', 'd'], 'y'),
    ],
    initializers: { zero: scalar(0), three: scalar(3), six: scalar(6) },
  },
  {
    name: 'GELU of PyTorch',
    ...deep,
    nodes: [
      one('Div', ['x', 'root'], 'd'),
      one('Erf', ['d'], 'e'),
      one('Add', ['e', 'one'], 'a'),
      one('Mul', ['x', 'a'], 'm'),
      one('Mul', ['m', 'half'], 'y'),
    ],
    initializers: { root: scalar(Math.SQRT2), one: scalar(1), half: scalar(0.5) },
  },
  {
    name: 'GELU by tanh',
    ...deep,
    nodes: [
      one('Mul', ['x', 'x'], 'x2'),
      one('Mul', ['x2', 'x'], 'x3'),
      one('Mul', ['x3', 'c'], 'p'),
      one('Add', ['x', 'p'], 'i'),
      one('Mul', ['i', 'k'], 'j'),
      one('Tanh', ['j'], 't'),
      one('Add', ['t', 'one'], 'a'),
      one('Mul', ['x', 'half'], 'h'),
      one('Mul', ['h', 'a'], 'y'),
    ],
    initializers: { c: scalar(0.044715), k: scalar(0.7978845608028654), one: scalar(1), half: scalar(0.5) },
  },
  {
    name: 'layer normalization of PyTorch',
    ...deep,
    opsets: [13],
    nodes: [
      one('ReduceMean', ['x'], 'mean', { axes: [-1] }),
      one('Sub', ['x', 'mean'], 'c'),
      one('Pow', ['c', 'two'], 'sq'),
      one('ReduceMean', ['sq'], 'var', { axes: [-1] }),
      one('Add', ['var', 'eps'], 'e'),
      one('Sqrt', ['e'], 'sd'),
      one('Div', ['c', 'sd'], 'n'),
      one('Mul', ['n', 'w'], 'm'),
      one('Add', ['m', 'b'], 'y'),
    ],
    initializers: { two: scalar(2), eps: scalar(1e-5), w: some(5), b: some(5) },
  },
  {
    name: 'images as rows of Gemm',
    ...behindConv(one('Flatten', ['c'], 'f'), one('Gemm', ['f', 'w', 'b'], 'y')),
    initializers: { ...K, w: some(96, 3), b: some(3) },
    result: 'plain',
  },
  {
    name: 'images as rows of Gemm, transposed',
    ...behindConv(
      one('Flatten', ['c'], 'f'),
      one('Dropout', ['f'], 'd'),
      one('Gemm', ['d', 'w', 'b'], 'y', { transB: 1 }),
    ),
    initializers: { ...K, w: some(3, 96), b: some(3) },
    result: 'plain',
  },
  {
    name: 'images as rows of MatMul',
    ...behindConv(one('Reshape', ['c', 's'], 'f'), one('MatMul', ['f', 'w'], 'y')),
    initializers: { ...K, s: ints(0, -1), w: some(96, 3) },
    result: 'plain',
  },
  { name: 'images as rows', ...behindConv(one('Flatten', ['c'], 'y')), initializers: K, result: 'plain' },
  {
    name: 'images as rows of an op',
    ...behindConv(one('Flatten', ['c'], 'f'), one('Relu', ['f'], 'r'), one('Gemm', ['r', 'w'], 'y')),
    initializers: { ...K, w: some(96, 3) },
    result: 'plain',
  },
  {
    name: 'squeeze and excitation',
    ...behindConv(
      one('GlobalAveragePool', ['c'], 'g'),
      one('Conv', ['g', 'down'], 'd'),
      one('Relu', ['d'], 'r'),
      one('Conv', ['r', 'up'], 'u'),
      one('HardSigmoid', ['u'], 's'),
      one('Mul', ['s', 'c'], 'y'),
    ),
    initializers: { ...K, down: some(2, 4, 1, 1), up: some(4, 2, 1, 1) },
  },
  {
    name: 'squeeze and excitation by rows',
    ...behindConv(
      one('ReduceMean', ['c'], 'g', { axes: [2, 3], keepdims: 0 }),
      one('Gemm', ['g', 'w'], 'd'),
      one('Sigmoid', ['d'], 's'),
      one('Unsqueeze', ['s', 'axes'], 'u'),
      one('Mul', ['c', 'u'], 'y'),
    ),
    initializers: { ...K, w: some(4, 4), axes: ints(2, 3) },
  },
  {
    name: 'the shape path of old exports',
    ...behindConv(
      one('GlobalAveragePool', ['c'], 'g'),
      one('Shape', ['g'], 'shape'),
      one('Gather', ['shape', 'first'], 'n'),
      one('Unsqueeze', ['n', 'axis'], 'n1'),
      one('Concat', ['n1', 'rest'], 's', { axis: 0 }),
      one('Reshape', ['g', 's'], 'f'),
      one('Gemm', ['f', 'w'], 'y'),
    ),
    initializers: {
      ...K,
      first: { shape: [], data: [0], type: 'int64' },
      axis: ints(0),
      rest: ints(-1),
      w: some(4, 3),
    },
    result: 'plain',
  },
  {
    name: 'channels that are shuffled',
    ...behindConv(
      one('Reshape', ['c', 'apart'], 'a'),
      one('Transpose', ['a'], 't', { perm: [0, 2, 1, 3, 4] }),
      one('Reshape', ['t', 'back'], 'b'),
      one('Conv', ['b', 'k2'], 'y'),
    ),
    initializers: { ...K, apart: ints(0, 2, 2, 6, 4), back: ints(0, 4, 6, 4), k2: some(3, 4, 2, 2) },
  },
  {
    name: 'images that come and go channels last',
    inputs: { x: ['n', 7, 5, 6] },
    nodes: [
      one('Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }),
      one('Conv', ['t', 'k'], 'c'),
      one('Transpose', ['c'], 'y', { perm: [0, 2, 3, 1] }),
    ],
    initializers: K,
  },
  {
    name: 'constants that broadcast over images',
    ...behindConv(one('Mul', ['c', 'w'], 'm'), one('Add', ['m', 'p'], 'y')),
    initializers: { ...K, w: some(1, 4, 1, 1), p: some(4, 6, 4) },
  },
  {
    name: 'reductions of images',
    ...behindConv(one('ReduceMax', ['c'], 'm', { axes: [1], keepdims: 1 }), one('Sub', ['c', 'm'], 'y')),
    initializers: K,
    opsets: [13],
  },
  {
    name: 'softmax over the channels of images',
    ...behindConv(one('Softmax', ['c'], 'y', { axis: 1 })),
    initializers: K,
  },
];
