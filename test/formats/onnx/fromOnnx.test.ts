import { describe, expect, test } from 'vitest';
import { fromOnnx } from '../../../src/formats/index.js';
import * as R from '../../../src/index.js';
import { type Numbers, onnxBytes, onnxModels } from '../../fixtures/index.js';

const models = onnxModels();
const tensorOf = ({ shape, data }: Numbers): R.Tensor => R.tensor(Float32Array.from(data)).reshape([...shape]);
/** Images with their channels last. */
const images = (numbers: Numbers): R.Tensor => R.transpose(tensorOf(numbers), [0, 2, 3, 1]);
function expectClose(found: R.Tensor, wanted: R.Tensor): void {
  expect(found.shape).toEqual(wanted.shape);
  const [a, b] = [found.data(), wanted.data()];
  const size = Math.max(1, ...b.map(Math.abs));
  expect(Math.max(...b.map((v, i) => Math.abs(v - a[i]))) / size).toBeLessThan(1e-5);
}

describe('files of others', () => {
  test('a dense network', () => {
    const { inputs, outputs } = models.mlp;
    const model = fromOnnx(onnxBytes('mlp'));
    expectClose(model.predict(tensorOf(inputs.x)), tensorOf(outputs.y));
    expect(model.parameters().map(({ name }) => name)).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
  });
  test.each(['cnn', 'cnn_bn_unfolded'])('%s, whose images become rows of a dense layer', (name) => {
    const { inputs, outputs } = models[name];
    expectClose(fromOnnx(onnxBytes(name)).predict(images(inputs.x)), tensorOf(outputs.y));
  });
  test('a network of many ops, with several outputs', () => {
    const { inputs, outputs } = models.mixed;
    const found = fromOnnx<Record<string, R.Tensor>>(onnxBytes('mixed')).predict(images(inputs.x));
    expectClose(found.y, tensorOf(outputs.y));
    expectClose(found.m, images(outputs.m));
  });
  test('a transformer, whose length is given', () => {
    const { inputs, outputs } = models.bert;
    const inputShape = { input_ids: [7], attention_mask: [7], token_type_ids: [7] };
    const found = fromOnnx<Record<string, R.Tensor>>(onnxBytes('bert'), { inputShape }).predict(
      Object.fromEntries(Object.entries(inputs).map(([name, numbers]) => [name, tensorOf(numbers)])),
    );
    for (const name of ['hidden', 'pooled']) expectClose(found[name], tensorOf(outputs[name]));
  });
});

/** A file, written by hand: messages of fields, which are text, numbers or messages. */
type Field = readonly [number: number, value: string | number | Uint8Array | readonly Field[]];
function written(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const varint = (n: number): void => {
    let rest = n;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  for (const [number, value] of fields) {
    varint(8 * number + (typeof value === 'number' ? 0 : 2));
    if (typeof value === 'number') varint(value);
    else {
      const own =
        typeof value === 'string'
          ? new TextEncoder().encode(value)
          : value instanceof Uint8Array
            ? value
            : written(value);
      varint(own.length);
      bytes.push(...own);
    }
  }
  return Uint8Array.from(bytes);
}
const floats = (...data: number[]): Uint8Array => new Uint8Array(Float32Array.from(data).buffer);
const tensor = (name: string, dims: number[], ...more: Field[]): Field => [
  5,
  [...dims.map((n): Field => [1, n]), [2, 1], [8, name], ...more],
];
const node = (op: string, inputs: string[], output: string, ...more: Field[]): Field => [
  1,
  [...inputs.map((name): Field => [1, name]), [2, output], [4, op], ...more],
];
const dims = (sizes: readonly (number | string)[]): Field[] =>
  sizes.map((n): Field => [1, typeof n === 'number' ? [[1, n]] : [[2, n]]]);
const value = (name: string, sizes: readonly (number | string)[]): readonly Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, 1],
          [2, dims(sizes)],
        ],
      ],
    ],
  ],
];
const file = (graph: readonly Field[], inputs: Readonly<Record<string, readonly (number | string)[]>>, version = 17) =>
  written([
    [1, 8],
    [
      7,
      [...graph, ...Object.entries(inputs).map(([name, sizes]): Field => [11, value(name, sizes)]), [12, [[1, 'y']]]],
    ],
    [8, [[2, version]]],
  ]);
const dense = [node('MatMul', ['x', 'w.weight'], 'y', [3, 'head']), tensor('w.weight', [2, 1], [9, floats(2, 3)])];
const X = { x: ['n', 2] };

describe('names, external data, inputs', () => {
  test('initializers that are inputs too are constants', () => {
    const model = fromOnnx(file(dense, { ...X, 'w.weight': [2, 1] }));
    expect(model.predict([[1, 10]]).toArray()).toEqual([[32]]);
    expect(model.parameters().map(({ name }) => name)).toEqual(['w.weight']);
  });
  test('weights come from other files that are given', () => {
    const entry = (key: string, text: string): Field => [
      13,
      [
        [1, key],
        [2, text],
      ],
    ];
    const outside = [
      dense[0],
      tensor('w.weight', [2, 1], [14, 1], entry('location', 'a.data'), entry('offset', '4'), entry('length', '8')),
    ];
    const bytes = file(outside, X);
    const files = { 'a.data': floats(9, 2, 3, 9) };
    expect(
      fromOnnx(bytes, { files })
        .predict([[1, 10]])
        .toArray(),
    ).toEqual([[32]]);
    expect(() => fromOnnx(bytes)).toThrow(
      "fromOnnx: the tensor 'w.weight' is in the file 'a.data'; give files: { 'a.data': its bytes }",
    );
    expect(() => fromOnnx(bytes, { files: { 'a.data': floats(1) } })).toThrow(/bytes 4 to 12 of 'a.data', which has 4/);
  });
  test('names are paths, whatever they are in the file', () => {
    const names = ['7', '__proto__', 'a.b:c', 'a.b:c', ''];
    const nodes = names.map((name, i) => node('Relu', [i ? `t${i - 1}` : 'x'], i < 4 ? `t${i}` : 'y', [3, name]));
    const summary = fromOnnx(file(nodes, X)).summary();
    for (const path of ['Relu7 ', 'Relu__proto__ ', 'a/b/c ', 'a/b/c_2 ', 'y ']) expect(summary).toContain(path);
    expect(Object.prototype).not.toHaveProperty('relu');
  });
  test('a batch that the file fixes is no limit', () => {
    const shape: Field = [
      5,
      [
        [1, 2],
        [2, 7],
        [8, 's'],
        [9, new Uint8Array(BigInt64Array.of(4n, -1n).buffer)],
      ],
    ];
    const model = fromOnnx(file([node('Reshape', ['x', 's'], 'y'), shape], { x: [4, 2, 3] }));
    expect(model.predict(R.arange(30).reshape([5, 2, 3])).toArray()).toEqual(R.arange(30).reshape([5, 6]).toArray());
  });
  test('sizes that are open must be given', () => {
    const nodes = [node('GlobalAveragePool', ['x'], 'y')];
    const open = { x: ['n', 3, 'h', 'w'] };
    expect(() => fromOnnx(file(nodes, open))).toThrow(
      "fromOnnx: inputShape is not given; the input 'x' is [n, ?, ?, 3], with its channels last; give the sizes that are open",
    );
    expect(fromOnnx(file(nodes, open), { inputShape: [4, 5, 3] }).predict(R.ones([2, 4, 5, 3])).shape).toEqual([
      2, 1, 1, 3,
    ]);
    expect(() => fromOnnx(file(nodes, open), { inputShape: [4, 5] })).toThrow(/inputShape is \[4, 5\]/);
    expect(() => fromOnnx(file(nodes, open), { inputShape: 'large' as never })).toThrow(
      /inputShape: options must be an object like { x: … }/,
    );
  });
});

describe('numbers of every type', () => {
  const raw = (bytes: number, write: (view: DataView, at: number, i: number) => void, count = 2): Uint8Array => {
    const view = new DataView(new ArrayBuffer(bytes * count));
    for (let i = 0; i < count; i++) write(view, bytes * i, i);
    return new Uint8Array(view.buffer);
  };
  const halves = (...bits: number[]): Uint8Array => raw(2, (view, at, i) => view.setUint16(at, bits[i], true));
  const varints = (...list: number[]): Uint8Array =>
    written(list.map((n): Field => [1, n])).filter((_, i) => i % 2 === 1);
  test.each<[string, number, number[], Field]>([
    ['float', 1, [1.5, -2], [9, floats(1.5, -2)]],
    ['float, as a list', 1, [1.5, -2], [4, floats(1.5, -2)]],
    ['uint8', 2, [3, 255], [9, Uint8Array.of(3, 255)]],
    ['int8', 3, [3, -1], [9, Uint8Array.of(3, 255)]],
    ['uint16', 4, [3, 65535], [9, halves(3, 65535)]],
    ['int16', 5, [3, -1], [9, halves(3, 65535)]],
    ['int32', 6, [3, -1], [9, new Uint8Array(Int32Array.of(3, -1).buffer)]],
    ['int32, as a list', 6, [3, 7], [5, varints(3, 7)]],
    ['int64', 7, [-3, 2 ** 40], [9, new Uint8Array(BigInt64Array.of(-3n, 1n << 40n).buffer)]],
    ['int64, as a list', 7, [3, 7], [7, varints(3, 7)]],
    ['bool', 9, [1, 0], [9, Uint8Array.of(1, 0)]],
    ['half', 10, [1.5, -2], [9, halves(0x3e00, 0xc000)]],
    ['half, the smallest and the largest', 10, [2 ** -24, 65504], [9, halves(0x0001, 0x7bff)]],
    ['half, as a list', 10, [1.5, 2 ** -14], [5, Uint8Array.of(0x80, 0x7c, 0x80, 0x08)]],
    ['double', 11, [1.5, -2], [9, new Uint8Array(Float64Array.of(1.5, -2).buffer)]],
    ['double, as a list', 11, [1.5, -2], [10, new Uint8Array(Float64Array.of(1.5, -2).buffer)]],
    ['uint32', 12, [3, 2 ** 32 - 256], [9, new Uint8Array(Uint32Array.of(3, 2 ** 32 - 256).buffer)]],
    ['uint64', 13, [3, 2 ** 40], [9, new Uint8Array(BigInt64Array.of(3n, 1n << 40n).buffer)]],
    ['bfloat16', 16, [1.5, -2], [9, halves(0x3fc0, 0xc000)]],
  ])('%s', (_, type, values, data) => {
    const numbers: Field = [5, [[1, 2], [2, type], [8, 'w'], data]];
    const cast = node('Cast', ['w'], 'c', [
      5,
      [
        [1, 'to'],
        [3, 1],
      ],
    ]);
    const model = fromOnnx(file([cast, node('Add', ['x', 'c'], 'y'), numbers], X));
    expect(model.predict([[0, 0]]).toArray()).toEqual([values]);
  });
  test('text is no number', () => {
    const words: Field = [
      5,
      [
        [1, 1],
        [2, 8],
        [8, 'w'],
      ],
    ];
    expect(() => fromOnnx(file([node('Add', ['x', 'w'], 'y'), words], X))).toThrow("the tensor 'w' has the type 8");
  });
});

describe('what is refused', () => {
  const unknown = [
    node('Erf', ['x'], 'a', [3, 'first']),
    node('Erf', ['a'], 'b'),
    node('Fused', ['b'], 'c', [7, 'com.acme']),
    node('Pad', ['x', 'x'], 'd'),
    node('Add', ['c', 'd'], 'y'),
  ];
  test.each<[string, () => unknown, string | RegExp]>([
    [
      'unknown ops, all at once',
      () => fromOnnx(file(unknown, X)),
      "fromOnnx: the file has nodes that cannot be imported (opset 17): Erf ×2 (first 'first'); com.acme.Fused ×1 (first 'c'); Pad, because its pads is computed ×1 (first 'd'). End the model before them with outputs, for example 'a'",
    ],
    ['an opset that is too old', () => fromOnnx(file(dense, X, 6)), /opset 6; opsets 7 to 21 are read/],
    ['no file of ONNX', () => fromOnnx(Uint8Array.of(0x50, 0x4b, 3, 4)), /fromOnnx: .*damaged, or no ONNX model/],
    ['an empty file', () => fromOnnx(new Uint8Array()), /hold no graph/],
    [
      'outputs that do not exist',
      () => fromOnnx(file(dense, X), { outputs: 'tail' }),
      "fromOnnx: outputs: there is no node or tensor 'tail'; the last nodes are head",
    ],
    [
      'a tensor with too few numbers',
      () => fromOnnx(file([dense[0], tensor('w.weight', [2, 2], [9, floats(1)])], X)),
      /has 1 numbers; its shape is \[2,2\]/,
    ],
    ['a tensor that nothing makes', () => fromOnnx(file([node('Relu', ['z'], 'y')], X)), /depend on no input/],
    [
      'a circle',
      () => fromOnnx(file([node('Add', ['x', 'b'], 'a'), node('Relu', ['a'], 'b'), node('Relu', ['b'], 'y')], X)),
      /reads what it makes itself/,
    ],
    ['weights that do not fit', () => fromOnnx(file(dense, { x: ['n', 3] })), /its weights \[2,1\] do not fit \[1,3\]/],
    ['rows that are mixed', () => fromOnnx(file([node('MatMul', ['x', 'x'], 'y')], X)), /mixes the rows of a batch/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(R.RegulusError);
    expect(call).toThrow(message);
  });

  test('messages that are nested too deep, and numbers that do not end', () => {
    let deep = written([[1, 1]]);
    for (let i = 0; i < 40; i++) deep = written([[7, deep]]);
    expect(() => fromOnnx(deep)).toThrow(R.FormatError);
    expect(() => fromOnnx(Uint8Array.from({ length: 20 }, () => 0xff))).toThrow(/a number does not end/);
  });
  test('constants that a few bytes could make as large as they like', () => {
    const shape: Field = [
      5,
      [
        [1, 2],
        [2, 7],
        [8, 's'],
        [9, new Uint8Array(BigInt64Array.of(1_000_000n, 1_000_000n).buffer)],
      ],
    ];
    const nodes = [node('ConstantOfShape', ['s'], 'c'), node('Add', ['x', 'c'], 'y'), shape];
    expect(() => fromOnnx(file(nodes, X))).toThrow(/more numbers of constants than the size of the file explains/);
  });
});
