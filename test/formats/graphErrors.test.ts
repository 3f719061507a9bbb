import { describe, expect, test } from 'vitest';
import {
  fromGraphModel,
  type GraphModelOptions,
  type GraphWeight,
} from '../../src/formats/graphModel/fromGraphModel.js';
import { FormatError, OptionError, tensor, UnsupportedError } from '../../src/index.js';

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}
const node = (name: string, op: string, input: readonly string[] = [], attr: object = {}): Node => ({
  name,
  op,
  input,
  attr,
});
const placeholder = (name: string, ...sizes: number[]): Node =>
  node(name, 'Placeholder', [], { shape: { shape: { dim: [-1, ...sizes].map((size) => ({ size: String(size) })) } } });
const weight = (name: string, ...shape: number[]): GraphWeight => {
  const size = shape.reduce((a, b) => a * b, 1);
  return { name, shape, values: () => Float32Array.from({ length: size }, (_, i) => (i % 5) - 2) };
};
const made = (
  nodes: readonly Node[],
  weights: readonly GraphWeight[] = [],
  options: Partial<GraphModelOptions> = {},
  more: object = {},
) => fromGraphModel({ modelTopology: { node: nodes }, ...more }, weights, { where: 'fromTfjs', ...options });

const X = placeholder('x', 4);
const W = [node('w', 'Const'), weight('w', 4, 3)] as const;
const [CONST, WEIGHT] = W;

describe('graphs that cannot be imported', () => {
  type Bad = readonly [says: RegExp, kind: new (message: string) => Error, ...Parameters<typeof made>];
  const ROWS: Readonly<Record<string, Bad>> = {
    'all unknown operations at once': [
      /these operations cannot be imported: FFT ×2 \(first 'body\/a'\), Where ×1 \(first 'c'\); cut the graph before them/,
      UnsupportedError,
      [
        X,
        node('PartitionedCall/body/a', 'FFT', ['x']),
        node('b', 'FFT', ['PartitionedCall/body/a']),
        node('c', 'Where', ['b']),
      ],
    ],
    'a loop': [
      /'(a|b)' needs its own output/,
      FormatError,
      [X, node('a', 'Relu', ['b']), node('b', 'Relu', ['a']), node('c', 'Relu', ['a'])],
    ],
    'a node that is not there': [/there is no node 'y'/, FormatError, [X, node('a', 'Relu', ['y'])]],
    'an output that is not there': [/'x' has no output 3/, FormatError, [X, node('a', 'Relu', ['x:3'])]],
    'a weight that is not there': [/the weights have no 'w'/, FormatError, [X, CONST, node('a', 'MatMul', ['x', 'w'])]],
    'a weight of another size': [
      /'a' \(MatMul\) cannot be imported with a product with \[4, 3\]/,
      UnsupportedError,
      [placeholder('x', 5), CONST, node('a', 'MatMul', ['x', 'w'])],
      [WEIGHT],
    ],
    'two nodes of a name': [/two nodes have the name 'x'/, FormatError, [X, X]],
    'no nodes': [/the nodes of the graph are undefined/, FormatError, undefined as never],
    'no inputs': [/compute nothing|no inputs/, FormatError, [CONST, node('a', 'Identity', ['w'])], [WEIGHT]],
    'an input alone': [/would compute nothing/, OptionError, [X, node('a', 'Identity', ['x'])]],
    'an open size': [
      /the input 'x' is \[null, 4\]; give \{ inputShape:/,
      OptionError,
      [placeholder('x', -1, 4), node('a', 'Relu', ['x'])],
    ],
    'sizes of other inputs': [
      /inputShape has 'y'; the inputs are x/,
      OptionError,
      [X, node('a', 'Relu', ['x'])],
      [],
      { inputShape: { y: [4] } },
    ],
    'a name that is none': [
      /upTo is 'reul', which is no node; did you mean 'relu'/,
      OptionError,
      [X, node('relu', 'Relu', ['x'])],
      [],
      { upTo: 'reul' },
    ],
    'a name of two': [
      /with which 2 names end, such as a\/relu and b\/relu/,
      OptionError,
      [X, node('a/relu', 'Relu', ['x']), node('b/relu', 'Relu', ['a/relu'])],
      [],
      { upTo: 'relu' },
    ],
    'rows that are mixed': [
      /'a' \(Mean\) cannot be imported with axis 0 of 2, which mixes rows/,
      UnsupportedError,
      [X, node('axis', 'Const'), node('a', 'Mean', ['x', 'axis'])],
      [{ name: 'axis', shape: [], values: () => [0] }],
    ],
    'channels before places': [
      /data_format NCHW/,
      UnsupportedError,
      [placeholder('x', 4, 4, 2), node('a', 'MaxPool', ['x'], { data_format: { s: btoa('NCHW') } })],
    ],
    'what a layer refuses': [
      /'a' \(MaxPool\) cannot be made: .*the file is damaged/,
      FormatError,
      [placeholder('x', 4, 4, 2), node('a', 'MaxPool', ['x'], { ksize: { list: { i: ['1', '9', '9', '1'] } } })],
    ],
    'constants that would fill memory': [
      /more than 16 million/,
      UnsupportedError,
      [X, node('a', 'Const'), node('b', 'Const'), node('c', 'Add', ['a', 'b']), node('d', 'Add', ['x', 'c'])],
      [weight('a', 5000, 1), weight('b', 1, 9000)],
    ],
  };
  test.each(Object.entries(ROWS))('%s', (_, [says, kind, ...args]) => {
    expect(() => made(...args)).toThrow(says);
    expect(() => made(...args)).toThrow(kind);
  });
});

describe('what is made of a graph', () => {
  test('several inputs and outputs go by the names of the file', () => {
    const nodes = [
      placeholder('a', 3),
      placeholder('b', 3),
      node('sum', 'AddV2', ['a', 'b']),
      node('StatefulPartitionedCall/out', 'Relu', ['sum']),
    ];
    const more = {
      signature: { outputs: { first: { name: 'sum:0' }, second: { name: 'StatefulPartitionedCall/out:0' } } },
    };
    const model = made(nodes, [], {}, more);
    const x = { a: tensor([[1, -2, 3]]), b: tensor([[1, -2, -4]]) };
    const { first, second } = model.predict(x as never) as unknown as Record<string, { data(): Float32Array }>;
    expect([[...first.data()], [...second.data()]]).toEqual([
      [2, -4, -1],
      [2, 0, 0],
    ]);
  });
  test('names may be anything, and weights are trained where they are no single numbers', () => {
    const nodes = [
      X,
      CONST,
      node('__proto__', 'MatMul', ['x', 'w']),
      node('s', 'Const'),
      node('12', 'Sub', ['s', '__proto__']),
      node('a.b', 'Mul', ['12', 'v']),
      node('v', 'Const'),
    ];
    const model = made(nodes, [WEIGHT, weight('s', 1), weight('v', 3)]);
    expect(model.parameters().map(({ name, trainable }) => [name, trainable])).toEqual([
      ['12.value', false],
      ['_proto_.weight', true],
      ['a_b.value', true],
    ]);
    expect(({} as Record<string, unknown>).weight).toBeUndefined();
  });
  test('sizes that are computed from the shape of the batch are known', () => {
    const whole = (name: string, ...values: number[]): GraphWeight => ({
      name,
      shape: [values.length],
      values: () => values,
    });
    const nodes = [
      placeholder('x', 2, 3),
      ...['zero', 'one', 'six'].map((name) => node(name, 'Const', [], { dtype: { type: 'DT_INT32' } })),
      node('shape', 'Shape', ['x']),
      node('batch', 'StridedSlice', ['shape', 'zero', 'one', 'one'], { shrink_axis_mask: { i: '1' } }),
      node('sizes', 'Pack', ['batch', 'six']),
      node('flat', 'Reshape', ['x', 'sizes']),
    ];
    const model = made(nodes, [whole('zero', 0), whole('one', 1), { name: 'six', shape: [], values: () => [6] }]);
    expect(
      model.predict(
        tensor([
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
        ]),
      ).shape,
    ).toEqual([1, 6]);
  });
  test('a softmax at the end is left out where logits are asked for, or where the graph is cut there', () => {
    const nodes = [
      X,
      CONST,
      node('dense', 'MatMul', ['x', 'w']),
      node('end', 'Softmax', ['dense']),
      node('Identity', 'Identity', ['end']),
    ];
    const x = tensor([[1, 2, 3, 4]]);
    const logits = made(nodes, [WEIGHT], { upTo: 'dense' }).predict(x).data();
    for (const options of [{ logits: true }, { upTo: 'end' }, { upTo: 'Identity' }])
      expect(made(nodes, [WEIGHT], options).predict(x).data()).toEqual(logits);
    const sum = made(nodes, [WEIGHT])
      .predict(x)
      .data()
      .reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(1, 5);
  });
});
