// A study for workers and pages: what it learns from depends on nothing else.
import { adam, crossEntropy, dataset, evaluate, fit, nn, split } from '../../dist/index.js';

const { train, validation } = split(
  dataset({ x: Array.from({ length: 60 }, (_, i) => [i % 7, i % 5]), y: Array.from({ length: 60 }, (_, i) => i % 2) }),
);

/** A small training, which goes on from its checkpoint. */
export async function training({ rate, units }, { resource, seed, signal, checkpoint, report }) {
  const model = nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
  await fit(model, train, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: rate }),
    batchSize: 8,
    epochs: resource,
    validation,
    seed,
    signal,
    checkpoint,
    onEpoch: ({ validation }) => report(validation.loss),
  });
  const { loss, accuracy } = evaluate(model, validation);
  return { value: loss, accuracy };
}
