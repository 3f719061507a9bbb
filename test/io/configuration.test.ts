import { describe, expect, test } from 'vitest';
import type { Configured } from '../../src/config.js';
import { FormatError, UnsupportedError } from '../../src/errors.js';
import * as init from '../../src/init/index.js';
import { rebuilt, toJson } from '../../src/io/configuration.js';
import { write } from '../../src/io/format.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import * as nn from '../../src/nn/index.js';
import type { Model } from '../../src/nn/model.js';
import { ARGUMENTS } from './arguments.js';
import '../../src/tensor/methods.js';
import { memoryInfo } from '../../src/wasm/memory.js';

type Factory = (...args: readonly unknown[]) => Configured;
const factories = Object.entries({ ...nn, ...init }).filter(([name]) => name !== 'defineModel') as [string, Factory][];

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
    ['a later format', recipe(sequential(dense({})), { format: 2 })],
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

test('an initializer of your own is saved, but not rebuilt', () => {
  const half = { ...init.zeros(), config: { name: 'half', options: { draw: () => 0.5 } } };
  const bytes = saveSafetensors(nn.sequential([nn.dense(2, { init: half })]).build([3]));
  expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
  expect(loadSafetensors(bytes, nn.sequential([nn.dense(2)]))).toBeTypeOf('function');
});
