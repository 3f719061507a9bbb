import { describe, expect, test, vi } from 'vitest';
import type { Configured } from '../../src/config.js';
import { FormatError, UnsupportedError } from '../../src/errors.js';
import * as init from '../../src/init/index.js';
import { rebuilt, toJson } from '../../src/io/configuration.js';
import { write } from '../../src/io/format.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import * as nn from '../../src/nn/index.js';
import type { Layer } from '../../src/nn/layer.js';
import type { Model } from '../../src/nn/model.js';
import * as regularize from '../../src/regularize/index.js';
import { ARGUMENTS } from './arguments.js';
import '../../src/tensor/methods.js';
import { memoryInfo } from '../../src/wasm/memory.js';

type Factory = (...args: readonly unknown[]) => Configured;
/** These take functions of the user's own, which no configuration holds. */
const OWN = ['defineModel', 'lambda'];
const factories = Object.entries({ ...nn, ...init }).filter(([name]) => !OWN.includes(name)) as [string, Factory][];

test('a lambda is refused by its path', () => {
  const bytes = saveSafetensors(nn.sequential([nn.dense(2), nn.lambda((x) => x)]).build([3]));
  expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
  expect(() => loadSafetensors(bytes)).toThrow(/layers\[1\] is a function of your own/);
});

test('no name is a layer and an initializer', () => {
  expect(Object.keys(nn).filter((name) => Object.hasOwn(init, name))).toEqual([]);
});

test.each(factories)('%s comes back from its configuration', (name, factory) => {
  const json = JSON.stringify(toJson(factory(...(ARGUMENTS[name] ?? []))));
  expect(JSON.stringify(toJson(rebuilt(JSON.parse(json))))).toBe(json);
});

const recipe = (model: unknown, more: object = {}): string =>
  JSON.stringify({ format: 1, model, shape: [3], seed: 0, ...more });
const dense = (options: object): object => ({ name: 'dense', options: { units: 2, ...options } });
const sequential = (layer: unknown): object => ({ name: 'sequential', options: { layers: [layer] } });
const zeros = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
/** A file with the tensors of a dense layer [3, 2]. */
const file = (text: string): Uint8Array =>
  write(
    new Map([
      ['0.weight', zeros(3, 2)],
      ['0.bias', zeros(2)],
    ]),
    { regulus: text },
  );

test('the file that the following ones spoil is a good one', () => {
  expect((loadSafetensors(file(recipe(sequential(dense({}))))) as Model).predict([[1, 2, 3]]).shape).toEqual([1, 2]);
});

describe('configurations that no writer makes', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  test.each<[string, string]>([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a later format', recipe(sequential(dense({})), { format: 3 })],
    ['a shape with a negative size', recipe(sequential(dense({})), { shape: [-1] })],
    ['a shape of text', recipe(sequential(dense({})), { shape: ['3'] })],
    ['a seed that is no number', recipe(sequential(dense({})), { seed: '0' })],
    ['text for a model', recipe('sequential')],
    ['a layer for a model', recipe(dense({}))],
    ['a list for a name', recipe(sequential({ name: ['dense'], options: { units: 2 } }))],
    ['no options', recipe(sequential({ name: 'dense', options: null }))],
    ['an impossible option', recipe(sequential(dense({ units: -1 })))],
    ['an unknown option', recipe(sequential(dense({ unit: 2 })))],
    ['an option named __proto__', recipe(sequential(dense({}))).replace('"units":2', '"units":2,"__proto__":{}')],
    ['an initializer for a layer', recipe(sequential({ name: 'zeros', options: {} }))],
    ['a layer for an initializer', recipe(sequential(dense({ init: { name: 'relu', options: {} } })))],
    ['text for an initializer', recipe(sequential(dense({ init: 'zeros' })))],
    ['lists in lists', recipe({ name: 'sequential', options: { layers: '?' } }).replace('"?"', deep)],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'default'].flatMap((name): [string, string][] => [
      [`a layer named ${name}`, recipe(sequential({ name, options: {} }))],
      [`an activation named ${name}`, recipe(sequential(dense({ activation: name })))],
    ]),
  ])('%s', (_, text) => {
    const { used } = memoryInfo();
    expect(() => loadSafetensors(file(text))).toThrow(FormatError);
    expect(memoryInfo().used).toBe(used);
  });

  const upsample = (factor: unknown): object => ({ name: 'upsample2d', options: { factor, mode: 'bilinear' } });
  const image = { shape: [4, 4, 2] };
  const many = (layer: object, count: number, more?: object): string =>
    recipe({ name: 'sequential', options: { layers: new Array(count).fill(layer) } }, more);
  const relu = { name: 'relu', options: {} };
  const nested = (depth: number): object => (depth ? sequential(nested(depth - 1)) : relu);
  test.each<[string, string, string]>([
    [
      'layers that enlarge without an end',
      many(upsample([1000, 1]), 50, image),
      'has more elements than can be counted',
    ],
    [
      'sizes that are no numbers',
      many(upsample(1e300), 2, image),
      'factor is 1e+300; it must be a whole number from 1',
    ],
    [
      'an example of many axes',
      recipe(sequential(relu), { shape: new Array(1e5).fill(1) }),
      '100000 axes, of at most 32',
    ],
    ['many layers', many(relu, 20_000), 'has more than 50000 values'],
    ['deep layers', recipe(nested(100)), 'has more than 200 values within one another'],
    ['a long name', recipe(sequential({ name: 'x'.repeat(1e6), options: {} })), 'has a text of 1000000 characters'],
    ['a long option', recipe(sequential(dense({ ['x'.repeat(1e6)]: 1 }))), 'has a text of 1000000 characters'],
  ])('without taking time: %s', (_, text, message) => {
    expect(() => loadSafetensors(write(new Map(), { regulus: text }))).toThrow(FormatError);
    expect(() => loadSafetensors(write(new Map(), { regulus: text }))).toThrow(message);
  });
  test('a large model that is built in code is no matter', () => {
    const model = nn.sequential([nn.dense(2)]);
    expect(loadSafetensors(file(many(relu, 20_000)), model).predict([[1, 2, 3]]).shape).toEqual([1, 2]);
  });
  test.each<[string, string]>([
    ['bilinear tables', recipe(sequential(upsample([1e8, 1])), image)],
    [
      'mirrored edges',
      recipe(sequential({ name: 'conv2d', options: { filters: 1, kernel: 3, padding: 1, paddingMode: 'reflect' } }), {
        shape: [1e9, 4, 2],
      }),
    ],
  ])('numbers that are not needed yet are not made: %s', (_, text) => {
    const from = vi.spyOn(Float32Array, 'from');
    const made = vi.spyOn(Array, 'from');
    try {
      const bytes = write(new Map(), { regulus: text });
      try {
        (loadSafetensors(bytes) as Model).dispose();
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
      for (const [list] of [...from.mock.calls, ...made.mock.calls] as unknown as [ArrayLike<number>][])
        expect(list.length ?? 0).toBeLessThan(1000);
    } finally {
      from.mockRestore();
      made.mockRestore();
    }
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is not called', (name) => {
    expect(() => rebuilt({ name, options: {} })).toThrow(`the file names '${name}', which this version does not have`);
  });

  test('an unknown name: what to do', () => {
    expect(() => loadSafetensors(file(recipe(sequential({ name: 'dence', options: {} }))))).toThrow(
      "the file names 'dence', which this version does not have (the nearest is 'dense'); build the model in code, and load the file into it",
    );
  });

  test('sizes that the file does not hold take no memory', () => {
    const { held } = memoryInfo();
    expect(() => loadSafetensors(file(recipe(sequential(dense({ units: 30_000_000 })))))).toThrow(
      '0.weight is [3, 2] in the file and [3, 30000000] in the model',
    );
    expect(memoryInfo().held).toBe(held);
  });
});

describe('what bears a name of the library without being of it is not exchanged for the library’s', () => {
  const square: Layer['call'] = (x) => x.square();
  const own = (name: string): Layer => ({ config: { name, options: {} }, call: square });
  const WAY_OUT = 'which a file cannot hold: build the model in code, and load the file into it';
  const rows: [string, () => Layer | Model | ReturnType<typeof nn.rematerialize>, string][] = [
    ['a layer', () => own('softplus'), "layers[1] is a 'softplus' of your own"],
    ['a copy with another function', () => ({ ...nn.relu(), call: square }), "layers[1] is a 'relu' of your own"],
    ['one in a model', () => nn.sequential([own('tanh')]), "layers[1].layers[0] is a 'tanh' of your own"],
    ['one in another layer', () => nn.rematerialize(own('selu')), "layers[1].layer is a 'selu' of your own"],
    ['one without a name', () => ({ config: {}, call: square }) as never, 'layers[1] is a function of your own'],
    [
      'an initializer',
      () => nn.dense(3, { init: { ...init.zeros(), create: init.ones().create } }),
      "layers[1].init is a 'zeros' of your own",
    ],
  ];
  test.each(rows)('%s', (_, layer, text) => {
    const make = (): Model => nn.sequential([nn.dense(3), layer(), nn.dense(2)]);
    const model = make().build([2], { seed: 1 });
    const bytes = saveSafetensors(model);
    expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
    expect(() => loadSafetensors(bytes)).toThrow(`the model.${text}, ${WAY_OUT}`);
    const x = [[1, -2]];
    expect(loadSafetensors(bytes, make()).predict(x).data()).toEqual(model.predict(x).data());
  });
  test('a class of your own', () => {
    class Square implements Layer {
      get config() {
        return { name: 'relu', options: {} };
      }
      call = square;
    }
    const bytes = saveSafetensors(nn.sequential([nn.dense(3), new Square()]).build([2]));
    expect(() => loadSafetensors(bytes)).toThrow("the model.layers[1] is a 'relu' of your own");
  });
  test('a penalty of activations', () => {
    const l1 = { ...regularize.l1(0.1), apply: () => ({}) };
    expect(() => nn.activityPenalty(l1)).toThrow('activityPenalty: takes a penalty such as l1(1e-4)');
  });
  test('a normalization is not folded into the layer before it', () => {
    const norm = { ...nn.batchNorm(), call: square };
    const model = nn.sequential([nn.dense(3), norm]).build([2], { seed: 1 });
    expect(
      model
        .fold()
        .predict([[1, -2]])
        .data(),
    ).toEqual(model.predict([[1, -2]]).data());
  });
});

test('an initializer of your own is saved, but not rebuilt', () => {
  const half = { ...init.zeros(), config: { name: 'half', options: { draw: () => 0.5 } } };
  const bytes = saveSafetensors(nn.sequential([nn.dense(2, { init: half })]).build([3]));
  expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
  expect(loadSafetensors(bytes, nn.sequential([nn.dense(2)]))).toBeTypeOf('function');
});
