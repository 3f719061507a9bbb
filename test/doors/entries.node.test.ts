import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import * as R from '../../src/index.js';
import { fromKeras, fromOnnx, toJavaScript, toOnnx } from '../../src/formats/index.js';
import { compare } from '../../src/generalization/index.js';
import { appendTo, readCsv, readIdx, readModel, readNpy, streamCsv, writeModel } from '../../src/node.js';
import { trainInWorker } from '../../src/worker.js';
import { classes, labelled } from './dataRows.js';
import { formatRows } from './formatRows.js';
import { generalizationRows } from './generalizationRows.js';
import { type Door, type Doors, tryDoor } from './harness.js';
import { sweepRows } from './sweepRows.js';
import { onnxBytes } from '../fixtures/index.js';
import { kept } from './kept.js';
import * as k from './kinds.js';
import { network } from './trainingRows.js';

const folder = mkdtempSync(join(tmpdir(), 'doors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
/** Maps any path that is written to into the test's folder. */
const within = (path: unknown): string => (typeof path === 'string' ? at(path) : (path as string));
writeFileSync(at('a.csv'), 'x,y\n1,a\n2,b\n3,a\n');
writeFileSync(at('x.idx'), Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2));
writeFileSync(at('y.idx'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 1));
const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
writeFileSync(
  at('a.npy'),
  Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from(`NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`),
    Buffer.from([0, 1]),
  ]),
);
const saved = network().build([3]);
writeFileSync(at('a.safetensors'), R.saveSafetensors(saved));
saved.dispose();

/** Errors of the functions that these call, such as fit or dataset.fromCsv, may begin with their own name. */
const row = (call: unknown, args: Door['args'], options?: Door['options'], more?: Partial<Door>): Door => ({
  says: '',
  call: call as Door['call'],
  args,
  options,
  ...more,
});
const file = (name: string) =>
  k.or(
    k.only(() => at(name)),
    (x) => typeof x === 'string',
  );
const read = async (path: never, into: never, options: never): Promise<unknown> => {
  const found: unknown = await readModel(path, into, options);
  return typeof found === 'function' ? kept(found as R.Model) : found;
};
const plan = { loss: R.crossEntropy(), optimizer: R.sgd({ learningRate: 0.1 }), epochs: 1 };
/** A thread that ends the training at once, because these rows test the checks before it starts. */
const nowhere = (): never => {
  throw new R.WorkerError('trainInWorker: there is no thread here');
};
const refused = async (result: Promise<unknown>): Promise<unknown> =>
  result.catch((error: unknown) => {
    if (!(error instanceof R.WorkerError)) throw error;
  });

const scored = k.only(() => ({ scores: [0.5, 0.75], folds: 2 }));
const ROWS: Doors = {
  ...formatRows,
  ...generalizationRows,
  ...sweepRows,
  readCsv: row(readCsv, { path: file('a.csv') }, { target: k.text('y'), sealed: k.flag(false) }),
  streamCsv: row(
    streamCsv,
    { path: file('a.csv') },
    {
      target: k.text('y'),
      sample: k.whole(5),
      buffer: k.whole(5),
      encode: k.or(
        k.only(() => ({})),
        (x) => typeof x === 'object',
      ),
    },
    { needed: true },
  ),
  readIdx: row(readIdx, { images: file('x.idx'), labels: k.optional(file('y.idx')) }),
  readNpy: row(readNpy, { x: file('a.npy'), y: k.optional(file('a.npy')) }),
  readModel: row(
    read,
    { path: file('a.safetensors'), model: k.optional(k.model(() => network().build([3]))) },
    { layout: k.word('regulus'), partial: k.flag(false) },
  ),
  writeModel: row(
    (path: unknown, model: R.Model, options: never) => writeModel(within(path), model, options),
    {
      path: k.or(k.text('b.safetensors'), (x) => x === ''),
      model: k.model(() => network().build([3])),
    },
    { dtype: k.word('bf16'), layout: k.word('torch') },
  ),
  toJavaScript: row(toJavaScript, { model: k.model(() => network().build([3])) }, undefined, { says: 'toJavaScript' }),
  fromOnnx: row(
    (bytes: Uint8Array, options: never) => fromOnnx(bytes, options).dispose(),
    { bytes: k.only(() => onnxBytes('mlp')) },
    {
      files: k.or(
        k.only(() => ({})),
        (x) => typeof x === 'object' && x !== null && !Array.isArray(x) && !Object.keys(x).length,
      ),
      inputShape: k.or(
        k.only(() => [4]),
        (x) => Object.prototype.toString.call(x) === '[object Object]' && !Object.keys(x as object).length,
      ),
      outputs: k.word('y'),
    },
    { says: 'fromOnnx' },
  ),
  toOnnx: row(
    toOnnx,
    { model: k.model(() => network().build([3])) },
    {
      opset: k.only(() => 13),
      probabilities: k.flag(true),
      input: k.word('NCHW'),
    },
    { says: 'toOnnx' },
  ),
  fromKeras: row(
    async (bytes: never, options: never) => kept(await fromKeras(bytes, options)),
    { bytes: k.only(() => new Uint8Array(readFileSync('test/fixtures/keras/cnn.keras'))) },
    {
      upTo: k.only(() => 'ant'),
      inputShape: k.or(
        k.only(() => [11, 9, 3]),
        (x) => Object.prototype.toString.call(x) === '[object Object]',
      ),
      logits: k.flag(true),
    },
    { says: 'fromKeras' },
  ),
  compare: row(compare, { a: scored, b: scored }, undefined, { says: 'compare' }),
  appendTo: row(
    (path: unknown, options: never) => appendTo(within(path), options),
    { path: k.or(k.text('run.csv'), (x) => x === '') },
    { overwrite: k.flag(true) },
  ),
  trainInWorker: row(
    (model: never, data: never, options: never) => refused(trainInWorker(model, data, options).result),
    { model: k.model(network), data: labelled },
    {
      loss: k.or(
        k.called(() => plan.loss),
        (x) => typeof x === 'object',
      ),
      optimizer: k.only(() => plan.optimizer),
      epochs: k.times(1),
      transfer: k.flag(false),
      worker: k.anything(nowhere),
    },
    { needed: true },
  ),
  trainElsewhere: row(
    (model: never, data: never, options: never, how: never) =>
      refused(R.trainElsewhere(model, data, options, how).result),
    {
      model: k.model(network),
      data: k.dataset(classes),
      options: k.or(
        k.only(() => plan),
        (x) => Object.prototype.toString.call(x) === '[object Object]',
      ),
      how: k.only(() => ({ open: nowhere, transfer: false, surface: R })),
    },
  ),
  serveTraining: row(R.serveTraining, {
    port: k.only(() => ({ post: () => undefined, listen: () => undefined })),
    surface: k.or(
      k.only(() => R),
      (x) => typeof x === 'object' && x !== null,
    ),
  }),
};
test.each(Object.entries(ROWS))('%s', (name, door) => tryDoor(name, door));
