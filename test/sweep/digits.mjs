// A study of handwritten digits, as the guide has it.
import { accuracy, adam, crossEntropy, evaluate, fit, nn, split } from 'regulus';
import { digits as data } from 'regulus/digits';
import { choice, logUniform, uniform } from 'regulus/sweep';

const { train, validation } = split(data());

export const space = { rate: logUniform(1e-4, 1e-1), units: choice([16, 64]), keep: uniform(0.3, 1) };

export async function digits({ rate, units, keep }, { resource, seed, signal, checkpoint, report }) {
  const model = nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dropout({ keep }), nn.dense(10)]);
  await fit(model, train, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: rate }),
    epochs: resource,
    validation,
    seed,
    signal,
    checkpoint,
    onEpoch: ({ validation }) => report(validation.loss),
  });
  const { loss, accuracy: right } = evaluate(model, validation, { metrics: [accuracy()] });
  return { value: loss, accuracy: right };
}
