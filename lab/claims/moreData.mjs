import { accuracy, adam, crossEntropy, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const ROWS = [50, 100, 200, 400, 800];

export default {
  slides: '16',
  claim: 'The best way to generalize better is to train on more data.',
  async program(seed) {
    const right = [];
    for (const rows of ROWS) {
      const { train, test } = digitsOf(seed, rows);
      const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]);
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.01 }),
        epochs: Math.ceil(12_000 / rows),
        seed,
      });
      right.push(evaluate(model, test, { metrics: accuracy() }).accuracy);
      model.dispose();
    }
    return { right };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('accuracy on new digits', found, (r) => r.right, ROWS)], {
      title: 'More data',
      xLabel: 'training rows',
      xLog: true,
      yLabel: 'accuracy',
    }),
  margins: [
    { what: 'accuracy of 800 rows minus that of 50', of: (r) => r.right[4] - r.right[0], least: 0.08 },
    { what: 'accuracy of 800 rows minus that of 200', of: (r) => r.right[4] - r.right[2], least: 0.01 },
  ],
};
