import { accuracy, adam, crossEntropy, evaluate, fgsm, fit, nn, robustAccuracy } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const EPSILONS = [0, 0.05, 0.1, 0.15, 0.2];

export default {
  slides: '26',
  claim: 'A small step along the sign of the gradient with respect to the input changes what a network answers.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 800);
    const model = nn.sequential([nn.dense(64), nn.relu(), nn.dense(10)]);
    const loss = crossEntropy();
    await fit(model, train, { loss, optimizer: adam({ learningRate: 0.003 }), epochs: 40, seed });
    return {
      clean: evaluate(model, test, { metrics: accuracy() }).accuracy,
      right: EPSILONS.map((epsilon) => robustAccuracy(model, test, fgsm({ epsilon, clip: [0, 1] }), { loss })),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('accuracy', found, (r) => r.right, EPSILONS)], {
      title: 'x + ε sign ∇ₓJ',
      xLabel: 'ε (pixels are 0 to 1)',
      yLabel: 'accuracy',
    }),
  margins: [
    { what: 'accuracy on new digits', of: (r) => r.clean, least: 0.93 },
    { what: 'accuracy at ε = 0.1', of: (r) => r.right[2], most: 0.6 },
    { what: 'accuracy at ε = 0.2', of: (r) => r.right[4], most: 0.2 },
  ],
};
