import { accuracy, crossEntropy, evaluate, fit, nn, sgd, sharpness } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band, mean } from '../claim.mjs';

const SIZES = [8, 32, 200];

export default {
  slides: '31',
  claim: 'Small batches can regularize, perhaps by their noise.',
  async program(seed) {
    // A fifth of the labels is wrong; networks differ much, so four of them are averaged.
    const { train, test } = digitsOf(seed, 200, { wrong: 0.2 });
    const once = async (batchSize, network) => {
      const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]);
      // The same number of updates for all.
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.3 }),
        batchSize,
        epochs: Math.round(1500 / Math.ceil(200 / batchSize)),
        seed: 10 * seed + network,
      });
      return [evaluate(model, test, { metrics: accuracy() }).accuracy, sharpness(model, train, { std: 0.1, draws: 8 })];
    };
    const [right, sharp] = [[], []];
    for (const batchSize of SIZES) {
      const found = [];
      for (let network = 0; network < 4; network++) found.push(await once(batchSize, network));
      right.push(mean(found.map(([accurate]) => accurate)));
      sharp.push(mean(found.map(([, sharpened]) => sharpened)));
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
