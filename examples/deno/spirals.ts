// Three spirals, with types and no permission at all: deno run --config examples/deno/deno.json examples/deno/spirals.ts
import { accuracy, adam, crossEntropy, datasets, evaluate, fit, nn, split } from 'regulus';

const { train, validation, test } = split(datasets.spirals({ n: 600, noise: 0.02, seed: 1 }), { seed: 1 });
const model = nn.sequential([nn.dense(32, { activation: 'tanh' }), nn.dense(32, { activation: 'tanh' }), nn.dense(3)]);
const run = await fit(model, train, {
  validation,
  loss: crossEntropy(),
  metrics: accuracy(),
  optimizer: adam({ learningRate: 0.02 }),
  epochs: 60,
});
console.log(run.report());
const { accuracy: share } = evaluate(model, test);
console.log(`test accuracy ${share.toFixed(3)}`);
