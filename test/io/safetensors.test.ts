import { describe, expect, test } from 'vitest';
import { DataError, FormatError, UnsupportedError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as init from '../../src/init/index.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
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
  expect(loaded.config).toEqual(loaded.config);
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
      'loadSafetensors: the file does not fit the model: it lacks 1.weight, 1.bias',
    ],
    [
      nn.sequential([nn.dense(2, { bias: false })]).build([3]),
      'loadSafetensors: the file does not fit the model: the model lacks 0.bias',
    ],
    [
      nn.sequential([nn.dense(3)]).build([2]),
      'loadSafetensors: 0.weight is [3, 2] in the file and [2, 3] in the model; dense weights are [in, out] here, nothing is transposed',
    ],
  ])('%#', (model, text) => {
    const before = model.state();
    expect(() => loadSafetensors(bytes, model)).toThrow(DataError);
    expect(() => loadSafetensors(bytes, model)).toThrow(text);
    expect(model.state()).toEqual(before);
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
