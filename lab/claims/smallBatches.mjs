import { accuracy, crossEntropy, evaluate, fit, nn, sgd, sharpness } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const SIZES = [8, 32, 200];

export default {
  slides: '31',
  claim: 'Small batches can regularize, perhaps by their noise.',
  seen: 'On 200 of these digits the difference is at most one digit of 397: too small to be told from none.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 200);
    const [right, sharp] = [[], []];
    for (const batchSize of SIZES) {
      const model = nn.sequential([nn.dense(64), nn.relu(), nn.dense(10)]);
      // The same number of updates for all.
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.2 }),
        batchSize,
        epochs: Math.round(1500 / Math.ceil(200 / batchSize)),
        seed,
      });
      right.push(evaluate(model, test, { metrics: accuracy() }).accuracy);
      sharp.push(sharpness(model, train, { std: 0.1, draws: 8 }));
    }
    return { right, sharp };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('accuracy on new digits', found, (r) => r.right, SIZES)], {
      title: 'Batch size and generalization',
      xLabel: 'batch size',
      xLog: true,
      yLabel: 'accuracy',
    }),
  margins: [{ what: 'accuracy of batches of 8 minus the whole set', of: (r) => r.right[0] - r.right[2], least: 0.002 }],
};
