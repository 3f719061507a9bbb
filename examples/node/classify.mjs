// Learns to tell the classes of a table apart: node examples/node/classify.mjs [file.csv column [model.safetensors]]
import { fileURLToPath } from 'node:url';
import {
  accuracy,
  adam,
  confusionMatrix,
  crossEntropy,
  diagnose,
  earlyStopping,
  evaluate,
  fit,
  l2,
  nn,
  split,
  standardize,
} from 'regulus';
import { readCsv, writeModel } from 'regulus/node';

const iris = fileURLToPath(new URL('iris.csv', import.meta.url));
const [file = iris, target = 'species', saveAs] = process.argv.slice(2);
const data = await readCsv(file, { target });
console.log(`${data.size} rows; ${data.featureNames.join(', ')} → ${data.classNames.join(', ')}`);

const { train, validation, test } = split(data, { seed: 1 });
const scale = standardize.fit(train);
const model = nn.sequential([nn.dense(16, { activation: 'relu' }), nn.dense(data.classes)]);
const run = await fit(model, scale.apply(train), {
  validation: scale.apply(validation),
  loss: crossEntropy(),
  metrics: accuracy(),
  optimizer: adam({ learningRate: 0.01 }),
  penalties: l2(1e-3),
  batchSize: 16,
  epochs: 200,
  stop: earlyStopping({ patience: 20 }),
});
console.log(run.report());
console.log(diagnose(run).advice.join('; '));

const scores = evaluate(model, scale.apply(test), { loss: crossEntropy(), metrics: [accuracy(), confusionMatrix()] });
console.table(scores.confusionMatrix);
if (saveAs) await writeModel(saveAs, model);
console.log(`test accuracy ${scores.accuracy.toFixed(3)}`);
