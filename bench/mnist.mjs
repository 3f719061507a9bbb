// MNIST with a dense and a convolutional network: test accuracy and wall time, and PyTorch's time for as many epochs. Needs the four idx
// files, which are not part of the project: node bench/mnist.mjs [folder], or REGULUS_SHARED/data/mnist, or ../shared/data/mnist.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accuracy, adam, crossEntropy, evaluate, fit, l2, linearDecay, nn } from '../dist/index.js';
import { readIdx } from '../dist/node.js';

const rate = (from, epochs) => adam({ learningRate: linearDecay({ from, epochs }) });
const hidden = (units) => [nn.dense(units), nn.relu(), nn.dropout({ keep: 0.8 })];
const convolved = (filters) => [nn.conv2d(filters, 3, { padding: 'same' }), nn.relu(), nn.maxPool2d(2)];

const NETWORKS = [
  {
    what: 'MLP 256-128, 10 epochs',
    network: 'dense',
    layers: () => [nn.flatten(), ...hidden(256), ...hidden(128), nn.dense(10)],
    options: { optimizer: rate(2e-3, 10), epochs: 10, batchSize: 128, penalties: l2(1e-5) },
  },
  {
    what: 'CNN 16-32-64, 3 epochs',
    network: 'convolutional',
    layers: () => [...[16, 32, 64].flatMap(convolved), nn.flatten(), nn.dense(10)],
    options: { optimizer: rate(2e-3, 3), epochs: 3, batchSize: 64 },
  },
];

/** Prints a line for each network; `torch` is timed too where it is installed. */
export async function mnist(torch, folder = join(process.env.REGULUS_SHARED ?? '../shared', 'data/mnist')) {
  if (!existsSync(folder)) {
    console.log(`MNIST is not in ${folder}: give its folder, as in node bench/mnist.mjs mnist`);
    return [];
  }
  const read = (name) =>
    readIdx(join(folder, `${name}-images-idx3-ubyte.gz`), join(folder, `${name}-labels-idx1-ubyte.gz`));
  const [train, test] = [await read('train'), await read('t10k')];
  const lines = [];
  for (const { what, network, layers, options } of NETWORKS) {
    const model = nn.sequential(layers());
    const begun = performance.now();
    await fit(model, train, { loss: crossEntropy(), metrics: accuracy(), ...options });
    const seconds = (performance.now() - begun) / 1000;
    let beside = '';
    if (torch) {
      const x = Float32Array.from(train.x, (v) => v / 255);
      const shape = [train.size, 1, 28, 28];
      const twin = torch.network({ network, x, shape, y: Float32Array.from(train.y), batch: options.batchSize });
      const { milliseconds } = await twin.steps(options.epochs);
      beside = `; ${torch.name} takes ${(milliseconds / 1000 / seconds).toFixed(2)} times as long`;
    }
    lines.push(`${what}: test accuracy ${evaluate(model, test).accuracy.toFixed(4)}, ${seconds.toFixed(1)} s${beside}`);
    console.log(lines.at(-1));
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await mnist(undefined, process.argv[2]);
