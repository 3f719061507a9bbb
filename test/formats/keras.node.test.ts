import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromKeras, type FromKerasOptions } from '../../src/formats/fromKeras.js';
import { type Hdf5Object, openHdf5 } from '../../src/formats/hdf5/file.js';
import {
  adam,
  dataset,
  fit,
  FormatError,
  loadSafetensors,
  mse,
  OptionError,
  saveSafetensors,
  tensor,
  UnsupportedError,
} from '../../src/index.js';
import { hasPeers, peer } from './peers.js';

const read = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`test/fixtures/keras/${name}`));
type Rows = readonly (number | Rows)[];
const flat = (rows: Rows): number[] => rows.flat(9) as number[];
/** What Keras predicted of its models, from test/fixtures/keras/make.py. */
const OUTPUTS = JSON.parse(readFileSync('test/fixtures/keras/outputs.json', 'utf8')) as Record<
  string,
  { x: Rows; y: Rows }
>;
const outputs = { ...OUTPUTS, 'deflated.keras': OUTPUTS['cnn.keras'] };
const far = (ours: ArrayLike<number>, theirs: readonly number[]): number =>
  ours.length === theirs.length ? Math.max(...theirs.map((n, i) => Math.abs(n - ours[i]))) : Infinity;

describe('models that Keras 3.15 saved', () => {
  test.each(Object.entries(outputs))('%s predicts what it does in Keras', async (name, { x, y }) => {
    const model = await fromKeras(read(name));
    // Keras computes in half precision where its layers have it.
    expect(far(model.predict(x as number[][]).data(), flat(y))).toBeLessThan(name.includes('float16') ? 1e-2 : 1e-6);
    model.dispose();
  });

  test('layers are what they were, with the names of Keras as paths', async () => {
    const model = await fromKeras(read('cnn.keras').buffer);
    const names = model.parameters().map(({ name, trainable }) => `${name}${trainable ? '' : ' (kept)'}`);
    expect(names.slice(0, 7)).toEqual([
      'zebra.weight',
      ...['weight', 'bias', 'running_mean', 'running_var'].map((name) => `norm.${name} (kept)`),
      ...['deep.weight', 'deep.bias'],
    ]);
    expect(model.summary()).toMatch(/zebra +conv2d +\[n, 6, 5, 4\]/);
  });

  test('a model ends where it is cut, in models within it too', async () => {
    const { x } = OUTPUTS['cnn.keras'];
    const features = await fromKeras(read('cnn.keras'), { upTo: 'ant' });
    expect(features.predict(x as number[][]).shape).toEqual([2, 5, 3, 6]);
    const inner = await fromKeras(read('nested.keras'), { upTo: 'middle.inner.dense' });
    expect(inner.predict(OUTPUTS['nested.keras'].x as number[][]).shape).toEqual([3, 4]);
    const logits = await fromKeras(read('mlp.keras'), { logits: true });
    const { labels } = logits.classify(OUTPUTS['mlp.keras'].x as number[][]);
    const largest = (row: number[]): number => row.indexOf(Math.max(...row));
    expect([...labels]).toEqual((OUTPUTS['mlp.keras'].y as number[][]).map(largest));
    const large = await fromKeras(read('cnn.keras'), { inputShape: [21, 17, 3] });
    expect(large.predict(tensor(new Float32Array(2 * 21 * 17 * 3), [2, 21, 17, 3])).shape).toEqual([2, 2]);
  });

  test('it trains further, and comes back from a file of ours with the same bits', async () => {
    const model = await fromKeras(read('nested.keras'));
    const { x, y } = OUTPUTS['nested.keras'];
    const train = dataset({ x: x as number[][], y: (y as number[][]).map((row) => row.map((n) => n + 1)) });
    const { history } = await fit(model, train, {
      loss: mse(),
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 30,
      seed: 1,
    });
    expect(history[history.length - 1].loss).toBeLessThan(history[0].loss / 10);
    expect(
      loadSafetensors(saveSafetensors(model))
        .predict(x as number[][])
        .data(),
    ).toEqual(model.predict(x as number[][]).data());
  });
});

describe('what is refused, and why', () => {
  const config = (file: string, change: (text: string) => string): Uint8Array => {
    const bytes = Buffer.from(read(file));
    const at = bytes.indexOf('{"module": "keras", "class_name"');
    const end = bytes.indexOf('PK', at);
    const text = change(bytes.subarray(at, end).toString('latin1'));
    if (text.length !== end - at) throw new Error('the text must keep its length');
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(end)]);
  };
  type Refused = readonly [
    bytes: () => Uint8Array,
    kind: new (message: string) => Error,
    says: RegExp,
    options?: FromKerasOptions,
  ];
  const ROWS: Readonly<Record<string, Refused>> = {
    'neither of the two formats': [
      () => new Uint8Array(30),
      FormatError,
      /neither a \.keras file nor an HDF5 file; .* fromTfjs/,
    ],
    'an archive that was cut off': [
      () => read('mlp.keras').slice(0, 9000),
      FormatError,
      /directory at its end is missing/,
    ],
    'an HDF5 file of weights alone': [
      () => read('many.h5'),
      UnsupportedError,
      /has weights, but no model; .* not with save_weights/,
    ],
    'another file in an archive': [
      () =>
        config('mlp.keras', (text) => text).map((b, i, all) =>
          all[i + 1] === 0x6f && all[i + 2] === 0x6e && all[i + 3] === 0x66 && b === 0x63 ? 0x43 : b,
        ),
      FormatError,
      /has no config\.json, but metadata\.json, Config\.json/,
    ],
    'layers that are not known': [
      () => config('mlp.keras', (text) => text.replaceAll('"Dropout"', '"Dripout"')),
      UnsupportedError,
      /Dripout ×1 \(first 'dropout'\)/,
    ],
    'a layer that is none': [() => read('mlp.keras'), OptionError, /upTo is 'heed', .* 'head'/, { upTo: 'heed' }],
    'weights of another shape': [
      () => config('mlp.keras', (text) => text.replace('"units": 4', '"units": 5')),
      FormatError,
      /layer 'dense' \(Dense\) takes kernel \[5, 5\], and the file has \[5, 4\]/,
    ],
    'JSON that is none': [
      () => config('mlp.keras', (text) => text.replace('{', '[')),
      FormatError,
      /config\.json is no JSON/,
    ],
  };
  test.each(Object.entries(ROWS))('%s', async (_, [bytes, kind, says, options]) => {
    await expect(fromKeras(bytes(), options)).rejects.toThrow(says);
    await expect(fromKeras(bytes(), options)).rejects.toBeInstanceOf(kind);
  });
});

describe('HDF5 files that h5py wrote', () => {
  const root = openHdf5(read('types.h5'), 'the file');
  const NUMBERS =
    'little_f2 big_f2 little_f4 big_f4 little_f8 big_f8 i1 u1 little_i2 big_i2 little_u2 little_i4 big_i4 little_u4 little_i8 big_i8 little_u8 bf16'.split(
      ' ',
    );
  test.each(NUMBERS)('%s are read as float32', (name) => {
    expect(root.find(name)?.values()).toEqual({
      shape: [2, 3],
      values: Float32Array.of(1, 0, name.includes('u') ? 3 : -3, 4, 5, 6),
    });
  });
  test("Node's buffers are read, and stay as they are", () => {
    const buffer = readFileSync('test/fixtures/keras/types.h5');
    const before = buffer.toString('hex');
    expect(openHdf5(buffer, 'the file').find('big_f4')?.values()).toEqual(root.find('big_f4')?.values());
    expect(buffer.toString('hex')).toBe(before);
  });
  test('flags, a single number, nothing, and texts', () => {
    expect(root.find('bool')?.values()?.values).toEqual(Float32Array.of(1, 0, 1, 1, 1, 1));
    expect(root.find('scalar')?.values()).toEqual({ shape: [], values: Float32Array.of(7) });
    expect(root.find('empty')?.values()).toEqual({ shape: [0, 3], values: new Float32Array() });
    const texts = {
      fixed: ['fixed'],
      text: ['größer'],
      list: ['a', 'bcd'],
      texts: ['a', '', 'bcd'],
      long: ['x'.repeat(3000)],
      none: [],
      missing: undefined,
    };
    for (const [name, text] of Object.entries(texts)) expect(root.attribute(name)).toEqual(text);
  });
  test.each([
    ['chunks', /cut into chunks/],
    ['gzip', /compressed/],
    ['complex', /compounds of 8 bytes/],
    ['text', /text in a heap of 16 bytes where numbers are needed/],
  ])('%s are refused in words', (name, says) => {
    expect(() => root.find(name)?.values()).toThrow(UnsupportedError);
    expect(() => root.find(name)?.values()).toThrow(says);
  });
  test('groups of many links, and in the newer layout', () => {
    const many = openHdf5(read('many.h5'), 'the file').find('a', 'b') as Hdf5Object;
    expect(many.names.length).toBe(400);
    for (let i = 0; i < 400; i++) expect(many.find(`v${i}`)?.values()?.values[0]).toBe(i % 7);
    const few = openHdf5(read('new.h5'), 'the file').find('a', 'b') as Hdf5Object;
    expect(few.attribute('name')).toEqual(['b']);
    expect([...few.names].sort()).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
    expect(few.find('v3')?.values()?.values).toEqual(Float32Array.of(3, 4, 5));
    expect(() => openHdf5(read('dense.h5'), 'the file').find('a', 'b', 'v0')).toThrow(/its links in a heap/);
  });
  test('numbers that claim the same place again and again are refused', () => {
    const many = openHdf5(read('many.h5'), 'the file').find('a', 'b') as Hdf5Object;
    expect(() => {
      for (let i = 0; i < 20_000; i++) many.find('v0')?.values();
    }).toThrow(/several parts of it lie in the same place/);
  });

  test.skipIf(!hasPeers)('jsfive reads the same of them', async () => {
    interface Group {
      readonly keys: readonly string[];
      get(name: string): Group & { readonly shape: number[]; readonly value: ArrayLike<number> };
    }
    const { File } = await peer<{ File: new (bytes: ArrayBuffer) => Group }>('jsfive');
    const compare = (ours: Hdf5Object, theirs: Group): void => {
      expect(ours.names).toEqual(theirs.keys);
      for (const name of ours.names) {
        const [own, other] = [ours.find(name) as Hdf5Object, theirs.get(name)];
        if (!own.isDataset) compare(own, other);
        else expect(own.values()).toEqual({ shape: other.shape, values: Float32Array.from(other.value) });
      }
    };
    for (const name of ['mlp.h5', 'cnn.h5', 'nested.h5', 'many.h5'])
      compare(openHdf5(read(name), name), new File(read(name).buffer));
  });
});
