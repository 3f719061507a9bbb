// MNIST with a dense and a convolutional network: test accuracy and wall time. Needs the four idx files, which are not part of
// the project: node bench/mnist.mjs [folder], or REGULUS_SHARED/data/mnist, or ../shared/data/mnist.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accuracy, adam, crossEntropy, evaluate, fit, l2, linearDecay, nn } from '../dist/index.js';
import { readIdx } from '../dist/node.js';

const folder = process.argv[2] ?? join(process.env.REGULUS_SHARED ?? '../shared', 'data/mnist');
if (!existsSync(folder)) {
  console.log(`MNIST is not in ${folder}: give its folder, as in node bench/mnist.mjs mnist`);
  process.exit(1);
}
const read = (name) =>
  readIdx(join(folder, `${name}-images-idx3-ubyte.gz`), join(folder, `${name}-labels-idx1-ubyte.gz`));
const [train, test] = [await read('train'), await read('t10k')];
const rate = (from, epochs) => adam({ learningRate: linearDecay({ from, epochs }) });

const networks = {
  'MLP 256-128, 10 epochs': {
    model: nn.sequential([
      nn.flatten(),
      nn.dense(256),
      nn.relu(),
      nn.dropout({ keep: 0.8 }),
      nn.dense(128),
      nn.relu(),
      nn.dropout({ keep: 0.8 }),
      nn.dense(10),
    ]),
    options: { optimizer: rate(2e-3, 10), epochs: 10, batchSize: 128, penalties: l2(1e-5) },
  },
  'CNN 16-32-64, 3 epochs': {
    model: nn.sequential([
      ...[16, 32, 64].flatMap((filters) => [nn.conv2d(filters, 3, { padding: 'same' }), nn.relu(), nn.maxPool2d(2)]),
      nn.flatten(),
      nn.dense(10),
    ]),
    options: { optimizer: rate(2e-3, 3), epochs: 3, batchSize: 64 },
  },
};
for (const [name, { model, options }] of Object.entries(networks)) {
  const begun = performance.now();
  await fit(model, train, { loss: crossEntropy(), metrics: accuracy(), ...options });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${name}: test accuracy ${evaluate(model, test).accuracy.toFixed(4)}, ${seconds} s`);
}
