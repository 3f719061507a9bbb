import { describe, expect, test } from 'vitest';
import {
  DataError,
  dataset,
  encode,
  FormatError,
  loadSafetensors,
  type Model,
  nn,
  OptionError,
  type Pipeline,
  pipeline,
  readMetadata,
  saveSafetensors,
  ShapeError,
  type Tensor,
} from '../../src/index.js';
import { write } from '../../src/io/format.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import { halves } from '../fixtures/index.js';

const network = (): Model => nn.sequential([nn.dense(2), nn.relu(), nn.dense(1)]).build([3], { seed: 1 });
const bytes = saveSafetensors(network());

describe('dtype', () => {
  const { f32, f16, bf16 } = halves();
  const numbers = new Float32Array(Uint32Array.from(f32).buffer);
  const isNumber = f32.map((bits) => (bits & 0x7fffffff) <= 0x7f800000);
  /** The bits of the only parameter in a file. */
  const bitsIn = (file: Uint8Array, n: number): number[] => {
    const view = new DataView(file.buffer, file.length - 2 * n);
    return Array.from({ length: n }, (_, i) => view.getUint16(2 * i, true));
  };
  const of = (values: ArrayLike<number>): Model => {
    const model = nn.sequential([nn.dense(1, { bias: false })]).build([values.length]);
    model.parameters()[0].set(values);
    return model;
  };

  test.each([
    ['f16', f16, 0x7c00],
    ['bf16', bf16, 0x7f80],
  ] as const)('%s: the bits of NumPy', (dtype, truth, infinity) => {
    const found = bitsIn(saveSafetensors(of(numbers), { dtype }), numbers.length);
    found.forEach((bits, i) => {
      const what = f32[i].toString(16);
      if (isNumber[i]) expect(bits.toString(16), what).toBe(truth[i].toString(16));
      else expect(bits & 0x7fff, what).toBeGreaterThan(infinity);
    });
    expect(found.filter((bits) => (bits & 0x7fff) === infinity).length).toBeGreaterThan(2);
  });

  test.each(['f16', 'bf16'] as const)('%s: every number of the type comes back to the bit', (dtype) => {
    const words = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const exponent = dtype === 'f16' ? 0x7c00 : 0x7f80;
    const isNan = (word: number): boolean => (word & 0x7fff) > exponent;
    const own = saveSafetensors(of(new Float32Array(65536)), { dtype });
    own.set(new Uint8Array(words.buffer), own.length - 2 * 65536);
    const read = loadSafetensors(own);
    const again = bitsIn(saveSafetensors(read, { dtype }), 65536);
    again.forEach((word, i) => {
      if (isNan(i) ? !isNan(word) : word !== i) expect(word, String(i)).toBe(i);
    });
  });

  test('what is too large becomes infinite, as in PyTorch', () => {
    const state = (loadSafetensors(saveSafetensors(of([65519, 65520, -1e6, 1e-9]), { dtype: 'f16' })) as Model).state();
    expect([...state['0.weight']]).toEqual([65504, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]);
  });
});

describe('metadata', () => {
  test('comes back, whatever its names', () => {
    const metadata = JSON.parse('{"author": "me", "": "", "__proto__": "p", "ü \\"q\\"": "ñ\\n"}') as Record<
      string,
      string
    >;
    const file = saveSafetensors(network(), { metadata });
    const read = readMetadata(file);
    expect(Object.entries(read)).toEqual(Object.entries(metadata));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect((loadSafetensors(file) as Model).state()).toEqual(network().state());
    expect(readMetadata(bytes)).toEqual({});
  });
  test.each<[unknown, string]>([
    [{ regulus: 'x' }, "saveSafetensors: metadata.regulus is the library's own; choose another name"],
    [{ format: 'pt' }, 'saveSafetensors: metadata.format'],
    [{ epochs: 5 }, 'saveSafetensors: metadata.epochs is 5; it must be text; JSON.stringify makes some'],
    ['me', 'saveSafetensors: metadata is'],
    [['me'], 'saveSafetensors: metadata is'],
  ])('%j is refused', (metadata, text) => {
    expect(() => saveSafetensors(network(), { metadata: metadata as never })).toThrow(OptionError);
    expect(() => saveSafetensors(network(), { metadata: metadata as never })).toThrow(text);
  });
});

describe('rename', () => {
  const model = () => nn.defineModel({ a: nn.dense(2), b: nn.dense(1) }, ({ a, b }, x) => b(a(x).relu())).build([3]);
  const truth = Object.values(network().state());
  const names = { '0.weight': 'a.weight', '0.bias': 'a.bias', '2.weight': 'b.weight', '2.bias': 'b.bias' };
  test.each([
    ['an object', names],
    ['a function', (name: string) => names[name as keyof typeof names]],
  ])('by %s', (_, rename) => {
    expect(Object.values(loadSafetensors(bytes, model(), { rename }).state())).toEqual(truth);
  });
  test('names that an object does not have stay', () => {
    const tensors = loadSafetensors<Record<string, Tensor>>(
      write(new Map([...'ab'].map((c) => [c, one])), {}),
      undefined,
      {
        rename: { a: 'c' },
      },
    );
    expect(Object.keys(tensors)).toEqual(['c', 'b']);
  });
  const one = { shape: [1], values: Float32Array.of(1) };
  test('what a function gives undefined for is left out', () => {
    const more = write(
      new Map([
        ...Object.entries(network().state()).map(
          ([n, v]) =>
            [
              n,
              {
                shape:
                  network()
                    .parameters()
                    .find((p) => p.name === n)?.shape ?? [],
                values: v,
              },
            ] as const,
        ),
        ['optimizer.v', one],
      ]),
      {},
    );
    expect(() => loadSafetensors(more, network())).toThrow('the model lacks optimizer.v');
    const read = loadSafetensors(more, network(), { rename: (name) => (name.startsWith('opt') ? undefined : name) });
    expect(read.state()).toEqual(network().state());
  });
  test.each<[string, unknown, string]>([
    ['two of one name', () => 'x', "rename makes 'x' of both '0.weight' and '0.bias'; one has to differ"],
    ['one that another has', { '0.bias': '2.bias' }, "rename makes '2.bias' of both '0.bias' and '2.bias'"],
    ['a name that is not there', { '0.wieght': 'x' }, "rename: the file has no '0.wieght'; did you mean '0.weight'?"],
    ['no text', () => 7, "rename of '0.weight' is 7; it must be text"],
    ['nothing for a name', { '0.bias': undefined }, "rename of '0.bias' is undefined; it must be text"],
    ['a list', ['a'], 'rename is'],
  ])('%s is refused', (_, rename, text) => {
    const into = network();
    const before = into.state();
    expect(() => loadSafetensors(bytes, into, { rename: rename as never })).toThrow(OptionError);
    expect(() => loadSafetensors(bytes, into, { rename: rename as never })).toThrow(text);
    expect(into.state()).toEqual(before);
  });
});

describe('partial', () => {
  const larger = (): Model => nn.sequential([nn.dense(2), nn.relu(), nn.dense(1), nn.dense(4)]).build([3], { seed: 9 });
  const partial = { partial: true };
  test('what the file lacks keeps its numbers, and what the model lacks is skipped', () => {
    const into = larger();
    const { '3.weight': kept } = into.state();
    expect(() => loadSafetensors(bytes, into)).toThrow('it lacks 3.weight, 3.bias');
    expect(loadSafetensors(bytes, into, partial)).toBe(into);
    expect(into.state()).toMatchObject({ ...network().state(), '3.weight': kept });
    const small = nn.sequential([nn.dense(2)]).build([3]);
    expect(loadSafetensors(bytes, small, partial).state()['0.weight']).toEqual(network().state()['0.weight']);
  });
  test('a part of another model, by rename', () => {
    const head = nn.sequential([nn.dense(1)]).build([2]);
    loadSafetensors(bytes, head, {
      ...partial,
      rename: { '2.weight': '0.weight', '2.bias': '0.bias', '0.weight': 'w', '0.bias': 'b' },
    });
    expect(head.state()['0.weight']).toEqual(network().state()['2.weight']);
  });
  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'nothing that fits',
      () => loadSafetensors(bytes, nn.sequential([nn.relu(), nn.dense(2)]).build([3]), partial),
      DataError,
      "loadSafetensors: the file has none of the model's parameters: it has 0.weight, 0.bias, 2.weight, 2.bias, the model 1.weight, 1.bias; give rename",
    ],
    [
      'another shape',
      () => loadSafetensors(bytes, nn.sequential([nn.dense(3)]).build([3]), partial),
      DataError,
      '0.weight is [3, 2] in the file and [3, 3] in the model',
    ],
    [
      'a model that is not built',
      () => loadSafetensors(bytes, nn.sequential([nn.dense(2)]), partial),
      ShapeError,
      'build(shape)',
    ],
    [
      'no model',
      () => loadSafetensors(bytes, undefined, partial),
      OptionError,
      'partial is for a model that is loaded into',
    ],
  ])('%s is refused', (_, load, kind, text) => {
    expect(load).toThrow(kind);
    expect(load).toThrow(text);
  });
});

test('a layout without a model is refused where the file has none either', () => {
  const file = write(new Map([['a', { shape: [1], values: Float32Array.of(1) }]]), { format: 'pt' });
  expect(() => loadSafetensors(file, undefined, { layout: 'torch' })).toThrow(
    'layout is for a model that is loaded into',
  );
});

describe('pipelines', () => {
  const data = dataset.fromCsv('age,plan,since,y\n41,pro,2020-01-01,1.5\n29,free,2021-01-01,2\n,free,2022-01-01,3\n', {
    target: 'y',
  });
  const whole = (): Pipeline =>
    pipeline([encode.with({ indicator: true }), nn.sequential([nn.dense(1)]).build([5], { seed: 4 })]).fit(data);
  const rows = [{ age: 30, plan: 'pro', since: '2021-05-05' }];

  test('take the same options, and are loaded into', () => {
    const file = saveSafetensors(whole(), { dtype: 'bf16', layout: 'torch', metadata: { by: 'me' } });
    const read = loadSafetensors<Pipeline>(file, undefined, { layout: 'torch' });
    expect(read.predict(rows).item()).toBeCloseTo(whole().predict(rows).item(), 1);
    const other = pipeline([encode, nn.sequential([nn.dense(1)]).build([5], { seed: 5 })]);
    expect(loadSafetensors(file, other, { layout: 'torch' })).toBe(other);
    expect(other.state()).toEqual(read.state());
  });

  test('the encoding is in the file in the words of Frictionless Table Schema', () => {
    const file = saveSafetensors(whole());
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    const { pipeline: saved } = JSON.parse(header.__metadata__.regulus);
    const [{ name, options }] = saved.steps;
    expect(name).toBe('encode');
    expect(options.missingValues).toEqual(expect.arrayContaining(['', 'NA']));
    expect(options.fields).toEqual([
      { name: 'age', type: 'number', position: 0, encode: { shift: 35, spread: 6, fill: 35, indicator: true } },
      {
        name: 'plan',
        type: 'string',
        constraints: { enum: ['free', 'pro'] },
        position: 1,
        encode: { categories: 'oneHot', indicator: false },
      },
      {
        name: 'since',
        type: 'date',
        position: 2,
        encode: { shift: expect.any(Number), spread: expect.any(Number), fill: expect.any(Number), indicator: false },
      },
    ]);
    expect(saved.source).toMatchObject({ features: ['age', 'plan', 'since'], target: 'y', kind: 'values' });
  });

  test('as many and as long categories as there are come back, and more are refused when they are saved', () => {
    const words = (n: number, length: number) => Array.from({ length: n }, (_, i) => `${i} `.padEnd(length, 'x'));
    const of = (categories: string[], index = true) =>
      pipeline([encode.with({ categories: index ? 'index' : 'oneHot' }), nn.sequential([nn.dense(1)]).build([1])]).fit(
        dataset.fromColumns({ zip: categories }, { types: { zip: 'category' } }),
      );
    const file = saveSafetensors(of(words(60_000, 10)));
    expect(loadSafetensors<Pipeline>(file).predict([{ zip: words(9, 10)[8] }]).shape).toEqual([1, 1]);
    expect(loadSafetensors<Pipeline>(saveSafetensors(of(words(2, 5000)))).source.features).toEqual(['zip']);
    expect(() => saveSafetensors(of(words(2, 200_000)))).toThrow(
      'saveSafetensors: the pipeline has a text of 200000 characters; save pipeline.model',
    );
  });
});

describe('files that ask for more than they hold are refused, and take no memory', () => {
  const zeros = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const file = (model: unknown, shape: number[], more: object = {}) =>
    write(
      new Map([
        ['0.weight', zeros(3, 2)],
        ['0.bias', zeros(2)],
      ]),
      {
        regulus: JSON.stringify({ format: 1, model, shape, seed: 0, ...more }),
      },
    );
  const sequential = (...layers: object[]) => ({ name: 'sequential', options: { layers } });
  const layer = (name: string, options: object = {}) => ({ name, options });
  const dense = layer('dense', { units: 2 });
  const torch = { format: 2, layout: 'torch' };
  test.each<[string, Uint8Array, object]>([
    ['a giant layer', file(sequential(layer('dense', { units: 1e9 })), [3]), {}],
    ['another one behind', file(sequential(dense, layer('dense', { units: 1e9 })), [3]), {}],
    ['a giant example', file(sequential(dense), [1e12]), {}],
    ['giant images', file(sequential(layer('flatten'), dense), [1e5, 1e5, 3]), {}],
    ['giant images of PyTorch', file(sequential(layer('flatten'), dense), [1e5, 1e5, 3], torch), { layout: 'torch' }],
    ['a table', file(sequential(layer('embedding', { count: 1e9, units: 64 })), [3]), {}],
    ['a convolution', file(sequential(layer('conv2d', { filters: 1e6, kernel: 1000 })), [2000, 2000, 64]), {}],
    ['fewer layers than tensors', file(sequential(layer('relu')), [3]), {}],
  ])('%s', (_, bytes, options) => {
    const { held } = memoryInfo();
    expect(() => loadSafetensors(bytes, undefined, options)).toThrow(FormatError);
    expect(memoryInfo().held).toBe(held);
  });
});
