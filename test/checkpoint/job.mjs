// A training that somebody may kill at any moment: it goes on from the newest checkpoint in the folder that it is given, and prints the hash of
// what it has learned.
import { createHash } from 'node:crypto';
import process from 'node:process';
import * as regulus from '../../dist/index.js';

const { adam, augment, checkpoint, crossEntropy, dataset, earlyStopping, ema, fit, l2, lookahead, nn, setThreads } =
  regulus;
const [folder, threads = '1'] = process.argv.slice(2);
await setThreads(Number(threads));

const rows = 240;
// A generator of its own: the same numbers in every host.
let state = 7;
const draw = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const x = Array.from({ length: rows }, () =>
  Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => [draw()])),
);
const y = x.map((image) => Math.floor(1.999 * image[2][3][0]));
const data = dataset({ x, y, classes: 2 });
const [train, validation] = [data.slice(0, 180), data.slice(180, rows)];
const model = nn.sequential([
  nn.conv2d(4, 3),
  nn.batchNorm(),
  nn.relu(),
  nn.flatten(),
  nn.dropout({ keep: 0.8 }),
  nn.dense(2),
]);
const run = await fit(model, train, {
  loss: crossEntropy(),
  optimizer: lookahead(adam({ learningRate: 0.003 }), { every: 4 }),
  penalties: l2(1e-4),
  augment: augment.flipHorizontal(),
  average: ema({ decay: 0.95 }),
  validation,
  stop: earlyStopping({ patience: 30 }),
  epochs: 25,
  batchSize: 20,
  checkpoint: checkpoint({ to: folder, every: { steps: 3 }, resume: true }),
});
const hash = createHash('sha256');
for (const values of Object.values(model.state())) hash.update(values);
console.log(
  JSON.stringify({ hash: hash.digest('hex'), from: run.resumed?.step ?? 0, damaged: run.resumed?.damaged ?? [] }),
);
