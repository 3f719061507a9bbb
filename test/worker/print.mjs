// For runtimes without a test runner here: trains in a worker and in this thread, and prints whether that made a difference.
import {
  accuracy,
  adam,
  augment,
  crossEntropy,
  datasets,
  earlyStopping,
  fit,
  l2,
  nn,
  rule,
  split,
  UnsupportedError,
} from '../../dist/index.js';
import { trainInWorker } from '../../dist/worker.js';

const make = () => nn.sequential([nn.dense(16), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(3)]);
const { train, validation } = split(datasets.spirals({ n: 200, noise: 0.1, seed: 1 }), { seed: 1 });
const options = {
  loss: crossEntropy({ labelSmoothing: 0.1 }),
  metrics: accuracy(),
  optimizer: adam(),
  penalties: l2(1e-3),
  augment: augment.gaussianNoise({ std: 0.05 }),
  stop: earlyStopping({ patience: 3 }),
  validation,
  epochs: 8,
  seed: 3,
};
const bits = (model) =>
  model
    .parameters()
    .map(({ get }) => [...new Uint32Array(get().buffer)].join())
    .join();

const [here, there] = [make(), make()];
await fit(here, train, options);
const training = trainInWorker(there, train, options);
let epochs = 0;
for await (const _ of training) epochs++;
const { run } = await training.result;

const refused = await trainInWorker(make(), train, {
  ...options,
  rules: rule({ stage: 'gradient', apply: () => ({}) }),
}).result.catch((error) => error instanceof UnsupportedError);
const left = trainInWorker(make(), train, { ...options, stop: undefined, epochs: 1e6 });
for await (const { epoch } of left) if (epoch === 2) break;
const { reason } = (await left.result).run.stopped;
console.log(
  JSON.stringify({ equal: bits(here) === bits(there), epochs: epochs === run.history.length, refused, reason }),
);
