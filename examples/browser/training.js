import { accuracy, adam, augment, crossEntropy, earlyStopping, evaluate, l2, nn, split } from 'regulus';
import { digits } from 'regulus/digits';
import { trainInWorker } from 'regulus/worker';

const EPOCHS = 30;

/** The digits as images: a part to learn from, one to stop by, and a sealed one that only the end looks at. */
export const prepared = () => split(digits({ images: true }), { seed: 1 });

const network = () =>
  nn.sequential([
    nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }),
    nn.conv2d(32, 3, { padding: 'same', activation: 'relu' }),
    nn.maxPool2d(2),
    nn.flatten(),
    nn.dropout({ keep: 0.7 }),
    nn.dense(64, { activation: 'relu' }),
    nn.dropout({ keep: 0.5 }),
    nn.dense(10),
  ]);

/** Trains in a worker, so that the page stays alive; tells of each epoch. A signal ends it early, with what was best. */
export async function trained({ train, validation }, { signal, onEpoch }) {
  const training = trainInWorker(network(), train, {
    validation,
    loss: crossEntropy(),
    metrics: [accuracy()],
    optimizer: adam({ learningRate: 2e-3 }),
    penalties: [l2(1e-4)],
    // Others write tilted, wider, and not quite in the middle.
    augment: [
      augment.rotate({ degrees: 18 }),
      augment.scale({ x: [0.75, 1.15], y: 0.1 }),
      augment.translate({ pixels: 0.7 }),
    ],
    epochs: EPOCHS,
    seed: 1,
    stop: earlyStopping({ patience: 8 }),
    signal,
  });
  for await (const epoch of training) onEpoch(epoch, EPOCHS);
  return (await training.result).model;
}

/** The share of the test digits that it reads correctly. */
export const evaluated = (model, { test }) => evaluate(model, test).accuracy;
