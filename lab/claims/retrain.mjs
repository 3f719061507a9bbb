import { accuracy, adam, crossEntropy, earlyStopping, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: '23',
  claim:
    'After early stopping, the rows of the validation set can be used too: by training again for as many steps, or by going on with all rows. Neither is guaranteed to be the best.',
  async program(seed) {
    const all = digitsOf(seed, 300);
    const { train, test } = all;
    const validation = all.validation.take(150);
    const right = {};
    for (const retrain of [undefined, 'same-steps', 'continue']) {
      const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]);
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.003 }),
        validation,
        epochs: 60,
        seed,
        stop: earlyStopping({
          patience: 5,
          ...(retrain && { retrain }),
          ...(retrain === 'continue' && { maxEpochs: 60 }),
        }),
      });
      right[retrain ?? 'stopped'] = evaluate(model, test, { metrics: accuracy() }).accuracy;
    }
    return right;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r),
      { title: 'Accuracy on new digits' },
    ),
  margins: [
    {
      what: 'accuracy of the same number of steps on all rows, minus that of stopping',
      of: (r) => r['same-steps'] - r.stopped,
      least: -0.005,
    },
    {
      what: 'accuracy of going on with all rows, minus that of stopping',
      of: (r) => r.continue - r.stopped,
      least: -0.005,
    },
  ],
};
