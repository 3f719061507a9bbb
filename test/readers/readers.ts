import { CsvSet } from '../../src/data/csv.js';
import { decoded, sumOf } from '../../src/checkpoint/file.js';
import { fromOnnx } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { inMemory } from '../checkpoint/store.js';
import { onnxBytes } from '../fixtures/index.js';
import { TFJS_READERS } from './tfjsReaders.js';
import { KERAS_READERS } from './kerasReaders.js';

/** A function that reads files, and what there is to know of them to make bad ones. One row brings all tests of its kind. */
export interface Reader {
  /** Files that can be read: what is mutated. */
  readonly seeds: readonly Uint8Array[];
  /** What such files are made of: it is put in anywhere. */
  readonly tokens: readonly string[];
  /** Reads a file, in one of the ways that there are. */
  readonly read: (bytes: Uint8Array, draw: (n: number) => number) => void | Promise<void>;
  /** The bytes that it may take beyond twice its file. Default 1 MiB. */
  readonly least?: number;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const idx = (shape: readonly number[], ...values: number[]): Uint8Array =>
  Uint8Array.of(0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...values);
function npy(descr: string, shape: string, values: ArrayBufferView, version = 1): Uint8Array {
  const header = bytesOf(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }\n`);
  const length = version > 1 ? [header.length, 0, 0, 0] : [header.length, 0];
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Uint8Array.of(0x93, ...bytesOf('NUMPY'), version, 0, ...length, ...header, ...raw);
}

const network = (): R.Model => R.nn.sequential([R.nn.dense(3, { activation: 'relu' }), R.nn.dense(2)]).build([4]);
const filled = network();
const images = R.nn.sequential([R.nn.conv2d(2, 3), R.nn.batchNorm(), R.nn.flatten(), R.nn.dense(2)]).build([5, 5, 1]);
const table = R.dataset.fromCsv('age,plan,y\n41,pro,no\n29,free,yes\n,free,no\n', { target: 'y' });
const raw = R.pipeline([R.encode.fit(table), R.nn.sequential([R.nn.dense(2)]).build([3])]);
const tensors = bytesOf('{"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"__metadata__":{"k":"v"}}');

/** What a call gives or throws, and as text. */
function outcome(call: () => R.Dataset): { text: string; error?: unknown } {
  try {
    const { x, shape, columns, targets } = call();
    const y = targets.map(({ values, classNames }) => [[...values], classNames]);
    return { text: JSON.stringify([[...x], shape, columns, y]) };
  } catch (error) {
    return { text: String(error), error };
  }
}

/** Trainings whose checkpoints are read: one within an epoch, one at its end with everything that a checkpoint may have. */
const rows = R.datasets.spirals({ n: 24, seed: 1, classes: 2 });
const small = (): R.Model => R.nn.sequential([R.nn.dense(2), R.nn.batchNorm(), R.nn.dense(2)]);
const plain: R.FitOptions = { loss: R.crossEntropy(), optimizer: R.adam(), epochs: 2, batchSize: 8 };
const rich: R.FitOptions = {
  ...plain,
  validation: R.datasets.spirals({ n: 12, seed: 2, classes: 2 }),
  stop: R.earlyStopping({ patience: 3 }),
  monitors: R.reduceOnPlateau({ patience: 1 }),
  onDivergence: 'rollback',
};
async function checkpointOf(options: R.FitOptions, stop: number): Promise<Uint8Array> {
  const store = inMemory();
  const controller = new AbortController();
  const onStep = ({ step }: { step: number }): void => {
    if (step === stop) controller.abort();
  };
  const checkpoint = R.checkpoint({ to: store, keep: 1 });
  const model = small();
  await R.fit(model, rows, { ...options, checkpoint, onStep, signal: controller.signal });
  model.dispose();
  return [...store.files.values()][0];
}
const checkpoints = [await checkpointOf(plain, 1), await checkpointOf(rich, 1), await checkpointOf(rich, 2)];

export const READERS: Readonly<Record<string, Reader>> = {
  ...KERAS_READERS,
  csv: {
    seeds: [
      'a,b,y\n1,2.5,x\n-3,,y\n4e2,NA,x\n',
      '\ufeffid;"name";since\r\n007;"a ""b""";2024-02-29\r\n8;c;2023-01-01T10:00Z\r\n',
      'y\tflag\n0\tyes\n1\tno\n',
      `a|y\n${'1.50|0\n'.repeat(40)}x|1\n`,
      'a,y\n"1\n2",3\n"4","5"\n',
    ].map(bytesOf),
    tokens: ['"', '""', ',', ';', '\t', '|', '\n', '\r', '\r\n', '\ufeff', '1e999', '-', '.', 'NaN', ' ', '\0', 'é'],
    read: (bytes, draw) => {
      const text = textOf(bytes);
      const options = draw(2) ? { target: 'y' } : {};
      const whole = outcome(() => R.dataset.fromCsv(text, options));
      const inPieces = outcome(() => {
        const set = new CsvSet('fromCsv', options);
        for (let at = 0; at < text.length; ) {
          const length = 1 + draw(30);
          set.push(text.slice(at, at + length));
          at += length;
        }
        return set.end();
      });
      if (inPieces.text !== whole.text) throw new Error(`in pieces it is ${inPieces.text}, and at once ${whole.text}`);
      if (whole.error) throw whole.error;
    },
  },
  safetensors: {
    seeds: [
      R.saveSafetensors(filled),
      R.saveSafetensors(images),
      R.saveSafetensors(raw),
      Uint8Array.of(tensors.length, 0, 0, 0, 0, 0, 0, 0, ...tensors, ...new Uint8Array(8)),
    ],
    tokens: [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      'null',
      '1e9',
      '-1',
      '4294967296',
      'F64',
      'BF16',
      '"shape":[',
      '\\u0000',
    ],
    read: (bytes, draw) => {
      if (draw(3) === 0) {
        const model = network();
        try {
          R.loadSafetensors(bytes, model);
        } finally {
          model.dispose();
        }
        return;
      }
      const read = R.loadSafetensors<R.Model | Record<string, R.Tensor>>(bytes);
      // A pipeline has its model behind it.
      if (typeof read === 'function') (read as R.Model).dispose();
      else if ('predict' in read) (read as unknown as { model: R.Model }).model.dispose();
    },
  },
  checkpoint: {
    seeds: checkpoints,
    tokens: ['{', '}', '[', ']', '"', ':', ',', 'null', '-1', '1e9', 'true', '\\"step\\":', '\\"number\\":'],
    read: async (bytes, draw) => {
      let file = bytes;
      // A damaged file is known by its checksum; with one that is right, everything behind it is looked at.
      if (draw(4)) {
        file = bytes.slice();
        try {
          const { at, sum } = await sumOf(file);
          file.set(bytesOf(sum), at);
        } catch {
          file = bytes;
        }
      }
      // Most of what may be wrong is found before a training is made.
      if (draw(8)) return void (await decoded(file));
      const model = small();
      try {
        const run = await R.resume(file, model, rows, draw(2) ? plain : rich);
        run.report();
      } finally {
        model.dispose();
      }
    },
  },
  npy: {
    seeds: [
      npy('<f4', '2, 2', Float32Array.of(1, 2, 3, 4)),
      npy('<f8', '3,', Float64Array.of(1, 2, 3), 2),
      npy('<i8', '2,', BigInt64Array.of(0n, 1n)),
      npy('|u1', '2, 2, 1', Uint8Array.of(1, 2, 3, 4), 3),
    ],
    tokens: ['True', "'", '(', ')', ',', '9999999999', '<f8', '>i4', '|u1', '0', '\n', 'shape', "'descr': "],
    read: (bytes, draw) => {
      if (draw(2)) R.dataset.fromNpy(bytes);
      else R.dataset.fromNpy(npy('<f4', '2, 1', Float32Array.of(1, 2)), bytes);
    },
  },
  idx: {
    seeds: [idx([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8), idx([2], 0, 1), idx([3, 4], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)],
    tokens: ['\0\0\b', '\u0001', '\0\0\0\u0002', '\u007f', '\x1f'],
    read: (bytes, draw) => {
      if (draw(2)) R.dataset.fromIdx(bytes);
      else R.dataset.fromIdx(idx([2, 1, 1], 7, 8), bytes);
    },
  },
  onnx: {
    seeds: ['mlp', 'cnn', 'cnn_bn_unfolded', 'bert', 'mixed'].map(onnxBytes),
    tokens: [
      ...[
        '\u0000',
        '\u0001',
        '\u0007',
        '\b',
        '\n',
        '\u0012',
        '\u001a',
        '\u0022',
        '*',
        ':',
        'J',
        '\u007f',
        '\u00ff\u00ff\u0001',
      ],
      ...[
        'x',
        'y',
        '__proto__',
        'Add',
        'Mul',
        'Conv',
        'Relu',
        'Reshape',
        'Slice',
        'Gather',
        'Concat',
        'Transpose',
        'MatMul',
      ],
      ...['axes', 'axis', 'pads', 'perm', 'group', 'strides'],
    ],
    read: (bytes) => {
      const inputShape = { input_ids: [7], attention_mask: [7], token_type_ids: [7] };
      let model: R.Model;
      try {
        model = fromOnnx(bytes);
      } catch (error) {
        if (!String(error).includes('inputShape')) throw error;
        model = fromOnnx(bytes, { inputShape });
      }
      model.dispose();
    },
    // Shapes and masks are computed, up to a limit.
    least: 1 << 25,
  },
  ...TFJS_READERS,
};
