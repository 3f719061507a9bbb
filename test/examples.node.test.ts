import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digits } from '../dist/digits.js';
import * as formats from '../dist/formats.js';
import * as generalization from '../dist/generalization.js';
import * as regulus from '../dist/index.js';
import * as node from '../dist/node.js';
import { draw, pictures } from '../dist/pictures.js';
import * as sweep from '../dist/sweep.js';
import { runBlock } from './support/blocks.js';
import { trainInWorker } from '../dist/worker.js';

/** The code after `@example`, up to the comment's end or its next tag. */
const EXAMPLE = /@example\s+([\s\S]*?)(?:\*\/|\n\s*\*\s*@)/g;
const examples = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
  .flatMap((name) =>
    [...readFileSync(join('src', name), 'utf8').matchAll(EXAMPLE)].map(([, text], i): [string, string] => {
      const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
      return [`${name} ${i + 1}`, lines.filter((line) => line).join('\n')];
    }),
  );

/** The variables that examples use without declaring them. */
function surroundings() {
  const { nn, adam, crossEntropy, dataset, split, tensor } = regulus;
  const data = dataset({
    x: Array.from({ length: 60 }, (_, i) => [i % 7, i % 3]),
    y: Array.from({ length: 60 }, (_, i) => i % 2),
  });
  const model = nn.sequential([nn.dense(2)]).build([2]);
  return {
    ...regulus,
    ...node,
    ...generalization,
    ...sweep,
    digits,
    ...formats,
    draw,
    pictures,
    trainInWorker,
    data,
    ...split(data),
    model,
    options: { loss: crossEntropy(), optimizer: adam(), epochs: 1 },
    x: tensor([[1, 2]]),
    y: tensor([[0, 1]]),
    batches: [{ x: [[1, 2]], y: [[0, 1]] }],
    logits: tensor([[1, 2]]),
    labels: tensor([1]),
    console: { log: () => undefined },
    readFileSync,
    readFile,
    writeFile,
  };
}
const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'examples-'));
const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }".padEnd(117);
beforeAll(async () => {
  process.chdir(folder);
  writeFileSync('iris.csv', 'size,species\n1,a\n2,b\n');
  writeFileSync('model.safetensors', regulus.saveSafetensors(surroundings().model));
  // Files of others: a network of three inputs and two classes, in the forms of TensorFlow.js, Keras and ONNX.
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 3] } },
    { class_name: 'Dense', config: { name: 'out_relu', units: 4, activation: 'relu' } },
    { class_name: 'Dense', config: { name: 'predictions', units: 2, activation: 'softmax' } },
  ];
  const sizes = {
    'out_relu/kernel': [3, 4],
    'out_relu/bias': [4],
    'predictions/kernel': [4, 2],
    'predictions/bias': [2],
  };
  const weights = Object.entries(sizes).map(([name, shape]) => ({ name, shape, dtype: 'float32' }));
  const modelTopology = { model_config: { class_name: 'Sequential', config: { layers } } };
  const weightsManifest = [{ paths: ['weights.bin'], weights }];
  writeFileSync('model.json', JSON.stringify({ modelTopology, weightsManifest }));
  writeFileSync('metadata.json', JSON.stringify({ labels: ['cat', 'dog'] }));
  writeFileSync('weights.bin', new Uint8Array(new Float32Array(26).buffer));
  const fixtures = join(home, 'test/fixtures');
  copyFileSync(join(fixtures, 'keras/mlp.keras'), 'model.keras');
  copyFileSync(join(fixtures, 'onnx/cnn.onnx'), 'digits.onnx');
  for (const name of ['x.npy', 'y.npy'])
    writeFileSync(
      name,
      Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1'), Buffer.alloc(4)]),
    );
  writeFileSync('t10k-images-idx3-ubyte', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7));
  writeFileSync('t10k-labels-idx1-ubyte', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3));
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test('there are examples', () => expect(examples.length).toBeGreaterThan(25));
test.each(examples)('%s', async (_, code) => {
  await runBlock(code, surroundings());
});
