import { describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';
import * as ops from '../../src/ops/index.js';
import { ARGUMENTS } from '../io/arguments.js';
import { factories, IMAGE, inputs, MORE, ROW, ROWS, SHAPES, shaken } from './cases.js';
import { expectSame, named } from './onnxRuntime.js';
import { hasPeers } from './peers.js';

const { nn } = R;
describe.skipIf(!hasPeers)('every layer alone gives what predict gives', () => {
  for (const [name, factory] of factories) {
    const calls = [ARGUMENTS[name] ?? [], ...(MORE[name] ?? [])];
    const shapes = SHAPES[name] ?? (name === 'multiTask' ? [ROW] : [ROW, ROWS, IMAGE]);
    for (const opset of [17, 13] as const)
      for (const [i, args] of calls.entries())
        for (const shape of shapes)
          test(`${name} ${i} of [${shape}], opset ${opset}`, async () => {
            const made = factory(...args);
            const model = shaken((name === 'multiTask' ? made : nn.sequential([made])) as R.Model, shape, 3 + i);
            const ids = R.randomGenerator(1).uniform([3, ...shape], { high: 10 });
            await expectSame(model, name === 'embedding' ? ids.floor() : inputs(3, shape), { opset });
          });
  }
});

type Call = readonly [operation: string, options: object, shapes: readonly R.Shape[]];
const PARTNER = { operand: [4] };
/** Every op that makes one tensor, with the options and the examples that it is called with. */
const OPS: readonly Call[] = [
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'equal', 'less', 'greater'].flatMap((name): Call[] => [
    [name, PARTNER, [[3, 4]]],
    [name, { operand: [6, 1, 4], first: true }, [[6, 5, 4]]],
    [name, { args: [0.5] }, [[4]]],
    [
      name,
      {},
      [
        [2, 3, 4],
        [2, 1, 4],
      ],
    ],
  ]),
  ['lessEqual', PARTNER, [[4]]],
  ['greaterEqual', PARTNER, [[4]]],
  ['notEqual', { args: [[1, 2, 3, 4]] }, [[4]]],
  ['mod', { args: [0.7] }, [[4]]],
  ['pow', { args: [3] }, [[4]]],
  ['where', { args: [1, [5, 6, 7, 8]] }, [[4]]],
  ...['abs', 'neg', 'sign', 'square', 'exp', 'sin', 'cos', 'sinh', 'cosh', 'expm1', 'floor', 'round', 'reciprocal'].map(
    (name): Call => [name, {}, [[3, 4]]],
  ),
  ...['log', 'sqrt', 'log1p', 'isNaN'].map((name): Call => [name, {}, [[3, 4]]]),
  ...['relu', 'tanh', 'sigmoid', 'softplus', 'silu', 'selu', 'leakyRelu', 'elu', 'gelu', 'stopGradient'].map(
    (name): Call => [name, {}, [[3, 4]]],
  ),
  ['leakyRelu', { args: [{ slope: 0.3 }] }, [[4]]],
  ['gelu', { args: [{ approximate: 'tanh' }] }, [[4]]],
  ['clamp', { args: [-0.5, 0.7] }, [[4]]],
  ...['sum', 'mean', 'max', 'min', 'prod', 'norm', 'logSumExp', 'variance', 'std'].flatMap((name): Call[] => [
    [name, { args: [-1] }, [[5, 6, 4]]],
    [name, { args: [[1, 2]] }, [[5, 6, 4]]],
    [name, { args: [1, true] }, [[5, 6, 4]]],
    [name, { args: [2] }, [[5, 6, 4]]],
  ]),
  ['argmax', {}, [[5, 4]]],
  ['argmin', { args: [1] }, [[5, 6, 4]]],
  ['softmax', { args: [1] }, [[5, 6, 4]]],
  ['softmax', {}, [[5, 6, 4]]],
  ['logSoftmax', { args: [-2] }, [[5, 6, 4]]],
  ['cumsum', {}, [[5, 4]]],
  ['cumsum', { args: [1] }, [[5, 6, 4]]],
  ['sort', {}, [[5, 4]]],
  ['sort', { args: [1, { descending: true }] }, [[5, 6, 4]]],
  ['reshape', { args: [[-1, 4, 5]] }, [[5, 4]]],
  ['squeeze', { args: [2] }, [[5, 1, 4]]],
  ['expandDims', { args: [-1] }, [[5, 6, 4]]],
  ['transpose', { args: [[0, 3, 1, 2]] }, [[5, 6, 4]]],
  [
    'slice',
    {
      args: [
        [0, 1],
        [9, -1],
      ],
    },
    [[5, 6, 4]],
  ],
  [
    'slice',
    {
      args: [
        [0, -1, 5],
        [9, -9, 0],
        [1, -1, -2],
      ],
    },
    [[5, 6, 4]],
  ],
  ['flip', { args: [1] }, [[5, 4]]],
  ['flip', { args: [[-1, 2]] }, [[5, 6, 4]]],
  [
    'concat',
    { args: [-1] },
    [
      [5, 6, 4],
      [5, 6, 3],
    ],
  ],
  [
    'concat',
    { args: [1] },
    [
      [5, 6, 4],
      [2, 6, 4],
    ],
  ],
  [
    'stack',
    { args: [-1] },
    [
      [5, 4],
      [5, 4],
    ],
  ],
  [
    'stack',
    { args: [1] },
    [
      [5, 6, 4],
      [5, 6, 4],
    ],
  ],
  [
    'pad',
    {
      args: [
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [2, 0],
        ],
        { value: 3 },
      ],
    },
    [[5, 6, 4]],
  ],
  [
    'pad',
    {
      args: [
        [
          [0, 0],
          [1, 2],
        ],
        { mode: 'reflect' },
      ],
    },
    [[5]],
  ],
  ['tile', { args: [[2, 3]] }, [[5, 4]]],
  ['tril', {}, [[5, 4]]],
  ['triu', { args: [-1] }, [[2, 5, 4]]],
  ['gather', { args: [[2, 0, -1], 1] }, [[5, 4]]],
  ['gather', { operand: [9, 3], first: true }, [[5]]],
  ['embedding', { operand: [9, 3] }, [[5]]],
  ['oneHot', { args: [9] }, [[5]]],
  ['matmul', { operand: [4, 3] }, [[5, 4]]],
  ['matmul', { operand: [5], first: true }, [[5, 4]]],
  ['matmul', { operand: [3, 4], args: [{ transposeB: true }] }, [[4]]],
  [
    'matmul',
    { args: [{ transposeA: true, transposeB: true }] },
    [
      [5, 4],
      [3, 5],
    ],
  ],
  ['matmul', { operand: [2, 5], args: [{ transposeB: true }], first: true }, [[4, 5]]],
  ['conv1d', { operand: [3, 2, 6], args: [{ groups: 2, padding: 'causal' }] }, [[9, 4]]],
  ['conv2d', { operand: [3, 2, 4, 6], args: [{ stride: 2, padding: 'same' }] }, [[5, 6, 4]]],
  ['convTranspose2d', { operand: [3, 2, 6, 4], args: [{ stride: 2 }] }, [[5, 6, 4]]],
  ['maxPool1d', { args: [2] }, [[9, 4]]],
  ['avgPool1d', { args: [2, { padding: 1 }] }, [[9, 4]]],
  ['maxPool2d', { args: [2] }, [[5, 6, 4]]],
  ['avgPool2d', { args: [[2, 3], { stride: 1, countPadding: false, padding: 'same' }] }, [[5, 6, 4]]],
  ['globalAvgPool2d', {}, [[5, 6, 4]]],
  ['upsample2d', { args: [2, { mode: 'bilinear' }] }, [[5, 6, 4]]],
];

describe.skipIf(!hasPeers)('every op gives what predict gives', () => {
  /** With the channels first or last before the op: behind a convolution, or not. */
  for (const [i, [operation, options, shapes]] of OPS.entries())
    for (const first of shapes.some((shape) => shape.length === 3) ? [false, true] : [false])
      test(`${operation} ${JSON.stringify(options)} ${first ? 'behind a convolution' : ''} ${i}`, async () => {
        const of = Object.fromEntries(shapes.map((shape, at) => [`x${at}`, shape]));
        const model = nn.graph(of, (nodes) => {
          const all = Object.values(nodes).map((x, at) =>
            first && shapes[at].length === 3 ? nn.conv2d(shapes[at][2], 1)(x) : x,
          );
          return nn.op(operation as never, options)(all.length > 1 ? all : all[0]);
        });
        shaken(model, undefined as never, i);
        const x = named(of, (shape) => inputs(3, shape, 5 + shape.length));
        const positive = ['log', 'sqrt', 'log1p'].includes(operation);
        const ids = ['embedding', 'oneHot'].includes(operation) || (operation === 'gather' && !('args' in options));
        await expectSame(
          model,
          named(x, (t) => (positive ? t.abs().add(0.1) : ids ? t.abs().floor().minimum(8) : t)),
        );
      });
  const NOT = ['split', 'topK'];
  test('none is missing', () => {
    const tested = new Set(OPS.map(([name]) => name));
    expect(Object.keys(ops).filter((name) => !tested.has(name) && !NOT.includes(name))).toEqual([]);
  });
});
