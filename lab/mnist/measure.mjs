// One run: trains a network in a setting on a seed's data, and measures it on the test set.
import { accuracy, adam, crossEntropy, evaluate, fit, robustAccuracy } from '../../dist/index.js';
import { sample } from './data.mjs';
import { attack, epochs, network, setting } from './settings.mjs';

export async function measured(mnist, { kind, noisy, name, seed }) {
  const { layers, options, labelSmoothing = 0 } = setting(name);
  const { train, validation, test } = sample(mnist, seed, noisy);
  const model = network(kind, layers);
  const run = await fit(model, train, {
    loss: crossEntropy({ labelSmoothing, smoothing: 'uniform' }),
    optimizer: adam(),
    batchSize: 50,
    epochs: epochs(kind),
    seed,
    trainSample: 1,
    ...(options?.stop && { validation }),
    ...options,
  });
  const judged = { loss: crossEntropy(), metrics: accuracy() };
  const { loss, accuracy: right } = evaluate(model, test, judged);
  const found = {
    train: evaluate(model, train, judged).accuracy,
    test: right,
    nll: loss,
    fgsm: robustAccuracy(model, test, attack, { loss: crossEntropy() }),
    norm: normOf(model),
    epoch: run.best?.epoch,
  };
  model.dispose();
  return found;
}

/** ‖weights‖₂, without biases. */
function normOf(model) {
  const weights = model.parameters().filter(({ name, shape }) => name.endsWith('.weight') && shape.length > 1);
  return Math.sqrt(weights.reduce((sum, { get }) => sum + get().reduce((s, w) => s + w * w, 0), 0));
}
