// Reads handwritten digits: bun examples/bun/digits.ts
import { accuracy, adam, crossEntropy, evaluate, fit, nn, split } from 'regulus';
import { digits } from 'regulus/digits';

const { train, validation, test } = split(digits({ images: true }), { seed: 1 });
const model = nn.sequential([
  nn.conv2d(8, 3, { padding: 'same', activation: 'relu' }),
  nn.maxPool2d(2),
  nn.flatten(),
  nn.dense(10),
]);
const run = await fit(model, train, {
  validation,
  loss: crossEntropy(),
  metrics: accuracy(),
  optimizer: adam({ learningRate: 3e-3 }),
  epochs: 8,
});
console.log(run.report());
console.log(`test accuracy ${Number(evaluate(model, test).accuracy).toFixed(3)}`);
