import { describe, expect, test } from 'vitest';
import { DataError, FormatError, UnsupportedError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as init from '../../src/init/index.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import { write } from '../../src/io/format.js';
import * as nn from '../../src/nn/index.js';
import type { Model } from '../../src/nn/model.js';
import '../../src/tensor/methods.js';
import { safetensors, safetensorsBytes } from '../fixtures/index.js';

const { mlp, dtypes, malformed } = safetensors();
type Tensors = Record<string, Tensor>;

test('files of others are read as they are stored', () => {
  const tensors = loadSafetensors(safetensorsBytes(mlp.file)) as Tensors;
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(mlp.tensors).sort());
  for (const [name, { shape, data }] of Object.entries(mlp.tensors)) {
    expect(tensors[name].shape).toEqual(shape);
    expect([...tensors[name].data()]).toEqual(data.map(Math.fround));
  }
});

test('all types of numbers become float32', () => {
  const tensors = loadSafetensors(safetensorsBytes(dtypes.file)) as Tensors;
  for (const [name, { data }] of Object.entries(dtypes.tensors))
    expect([...tensors[name].data()], name).toEqual(data.map((x) => Math.fround(Number(x))));
});

test.each(malformed.map(({ file, fault }) => [fault, file] as const))('refuses: %s', (_, file) => {
  expect(() => loadSafetensors(safetensorsBytes(`malformed/${file.split('/').at(-1)}`))).toThrow(FormatError);
});

test('a name like __proto__ is only a name', () => {
  const tensors = loadSafetensors(safetensorsBytes('proto_key.safetensors')) as Tensors;
  expect(Object.keys(tensors)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).shape).toBeUndefined();
});

const network = () =>
  nn.sequential([
    nn.dense(5, { init: init.xavierUniform({ gain: 2 }), activation: 'tanh' }),
    nn.batchNorm({ momentum: 0.2 }),
    nn.sequential([nn.relu(), nn.dropout({ keep: 0.7 })]),
    nn.dense(2, { bias: false, init: init.constant(0.5) }),
  ]);
const x = [
  [1, 2, 3],
  [-1, 0, 4],
];

test('a model comes back as it was, and saves to the same bytes', () => {
  const model = network().build([3], { seed: 7 });
  model.parameters()[4].set([1, 2, 3, 4, 5]);
  const bytes = saveSafetensors(model);
  const loaded = loadSafetensors(bytes) as Model;
  expect(loaded.state()).toEqual(model.state());
  expect(loaded.predict(x).data()).toEqual(model.predict(x).data());
  expect(saveSafetensors(loaded)).toEqual(bytes);
});

test('a file is loaded into a model by name, built or not', () => {
  const model = network().build([3], { seed: 7 });
  const bytes = saveSafetensors(model);
  for (const other of [network(), network().build([3], { seed: 1 })])
    expect(loadSafetensors(bytes, other).state()).toEqual(model.state());
});

describe('what does not fit is refused before anything is set', () => {
  const bytes = saveSafetensors(nn.sequential([nn.dense(2)]).build([3]));
  test.each<[Model, string]>([
    [
      nn.sequential([nn.dense(2), nn.dense(2)]).build([3]),
      'loadSafetensors: the file does not fit the model: it lacks 1.weight, 1.bias; build the model as it was when it was saved',
    ],
    [
      nn.sequential([nn.dense(2, { bias: false })]).build([3]),
      'loadSafetensors: the file does not fit the model: the model lacks 0.bias; build the model as it was when it was saved',
    ],
    [
      nn.sequential([nn.dense(3)]).build([2]),
      'loadSafetensors: 0.weight is [3, 2] in the file and [2, 3] in the model, 0.bias is [2] in the file and [3] in the model; dense weights are [in, out] here, nothing is transposed',
    ],
  ])('%#', (model, text) => {
    const before = model.state();
    expect(() => loadSafetensors(bytes, model)).toThrow(DataError);
    expect(() => loadSafetensors(bytes, model)).toThrow(text);
    expect(model.state()).toEqual(before);
  });

  test('a model that is not built stays so', () => {
    const model = nn.sequential([nn.dense(3)]);
    expect(() => loadSafetensors(bytes, model)).toThrow(DataError);
    expect(model.build([2]).parameters()[0].shape).toEqual([2, 3]);
  });
});

test("another library's weights [out, in] are refused as they are, and right when they are transposed", () => {
  const { x, y, tol } = mlp.forward;
  const model = nn.defineModel({ fc1: nn.dense(8), fc2: nn.dense(3) }, ({ fc1, fc2 }, t) => fc2(fc1(t).tanh()));
  model.build([4]);
  const bytes = safetensorsBytes(mlp.file);
  expect(() => loadSafetensors(bytes, model)).toThrow('fc1.weight is [8, 4] in the file and [4, 8] in the model');
  const tensors = Object.entries(loadSafetensors(bytes) as Tensors);
  model.load(
    Object.fromEntries(tensors.map(([name, t]) => [name, t.shape.length > 1 ? t.transpose().data() : t.data()])),
  );
  const rows = Array.from({ length: 6 }, (_, i) => x.data.slice(4 * i, 4 * i + 4));
  const output = model.predict(rows).data();
  y.data.forEach((truth, i) => expect(Math.abs(output[i] - truth)).toBeLessThan(tol));
});

test('every bit of a float32 comes back: signs of zero, subnormals, infinities', () => {
  const values = new Float32Array([-0, 0, 1e-45, -1.1754942e-38, 3.4028235e38, Infinity, -Infinity, Math.fround(0.1)]);
  const model = nn.sequential([nn.dense(1, { bias: false })]).build([values.length]);
  model.parameters()[0].set(values);
  const loaded = loadSafetensors(saveSafetensors(model)) as Model;
  const bits = (numbers: Float32Array): number[] => [
    ...new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length),
  ];
  expect(bits(loaded.parameters()[0].get())).toEqual(bits(values));
});

test('the numbers of a file begin at a multiple of 8', () => {
  for (const name of ['a', 'ab', 'abcdefg', 'ä'])
    expect(write(new Map([[name, { shape: [1], values: new Float32Array(1) }]]), {}).length % 8).toBe(4);
});

describe('headers that no writer makes', () => {
  const file = (header: string, data = 0): Uint8Array => {
    const text = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + text.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  test.each([
    ['a list', '[]'],
    ['metadata that is no text', '{"__metadata__":{"a":{"toString":1}}}'],
    ['a shape of lists in lists', `{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,0]}}`],
    ['an entry of lists in lists', `{"a":${deep}}`],
    [
      'a shape that overflows',
      '{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,0]}}',
    ],
    ['a shape of many axes', `{"a":{"dtype":"F32","shape":[${'1,'.repeat(99)}1],"data_offsets":[0,4]}}`],
    ['offsets that are not whole', '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0.5,0.5]}}'],
    ["a type that is a name of every object's", '{"a":{"dtype":"constructor","shape":[],"data_offsets":[0,0]}}'],
  ])('%s', (_, header) => {
    expect(() => loadSafetensors(file(header))).toThrow(FormatError);
  });

  test('a hole between two tensors', () => {
    const header = (begin: number): string =>
      `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[${begin},${begin + 4}]}}`;
    expect(Object.keys(loadSafetensors(file(header(4), 8)))).toEqual(['a', 'b']);
    expect(() => loadSafetensors(file(header(8), 12))).toThrow("'b' begins at byte 8 where 4 was expected");
  });
});

test("functions of one's own cannot be rebuilt, but loaded into", () => {
  const own = () => nn.sequential([nn.dense(2, { activation: (t) => t.square() })]);
  const model = own().build([3]);
  const bytes = saveSafetensors(model);
  expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
  expect(() => loadSafetensors(bytes)).toThrow(
    'the model.layers[0].activation is a function of your own, which a file cannot hold: build the model in code, and load the file into it',
  );
  expect(loadSafetensors(bytes, own()).state()).toEqual(model.state());
  const defined = nn.defineModel({ a: nn.dense(1) }, ({ a }, t) => a(t)).build([3]);
  expect(() => loadSafetensors(saveSafetensors(defined))).toThrow('the model was made by defineModel');
});
