import { adam, crossEntropy, fit, monteCarlo, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const SAMPLES = [1, 3, 10, 50];

export default {
  slides: 'reading: Dropout',
  claim:
    'Weight scaling approximates the average over many thinned networks: it takes many samples to do as well as one pass.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 400);
    const model = nn.sequential([nn.dense(64), nn.relu(), nn.dropout({ keep: 0.5 }), nn.dense(10)]);
    await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), epochs: 40, seed });
    const right = (rows) =>
      rows.reduce((sum, row, i) => sum + Number(row.indexOf(Math.max(...row)) === test.y[i]), 0) / test.size;
    return {
      scaled: right(model.predict(test).toArray()),
      sampled: SAMPLES.map((samples) => right(monteCarlo(model, test, { samples, seed }).mean.toArray())),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('mean of samples', found, (r) => r.sampled, SAMPLES),
        band('weight scaling', found, (r) => SAMPLES.map(() => r.scaled), SAMPLES),
      ],
      { title: 'Accuracy', xLabel: 'thinned networks', xLog: true },
    ),
  margins: [
    {
      what: 'accuracy of 50 samples minus that of weight scaling',
      of: (r) => r.sampled[3] - r.scaled,
      least: -0.01,
      most: 0.01,
    },
    { what: 'accuracy of one sample minus that of weight scaling', of: (r) => r.sampled[0] - r.scaled, most: -0.005 },
  ],
};
