import { accuracy, adam, crossEntropy, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const EPSILONS = [0, 0.1, 0.3, 0.6];

export default {
  slides: '18',
  claim: 'Smoothed targets, 1 − ε and ε/(k − 1), make a model less sensitive to wrong labels.',
  torch:
    'MNIST with 30 % wrong labels, long form (Regulus and PyTorch 1.13): none 0.698 and 0.703, ε = 0.1 0.678 and 0.687, ε = 0.5 0.701 and 0.701. There it does not help.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 1000, { wrong: 0.3 });
    const right = [];
    for (const labelSmoothing of EPSILONS) {
      const model = nn.sequential([nn.dense(128), nn.relu(), nn.dense(64), nn.relu(), nn.dense(10)]);
      await fit(model, train, { loss: crossEntropy({ labelSmoothing }), optimizer: adam(), epochs: 60, seed });
      right.push(evaluate(model, test, { metrics: accuracy(), loss: crossEntropy() }).accuracy);
      model.dispose();
    }
    const logits = [[2, 0, -1]];
    const hand =
      crossEntropy({ labelSmoothing: 0.12 })(logits, [0]).item() - crossEntropy()(logits, [[0.88, 0.06, 0.06]]).item();
    return { right, hand: Math.abs(hand) };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('accuracy on right labels', found, (r) => r.right, EPSILONS)], {
      title: '30 % of the training labels are wrong',
      xLabel: 'ε',
      yLabel: 'accuracy',
    }),
  margins: [
    { what: 'accuracy with ε = 0.3 minus without', of: (r) => r.right[2] - r.right[0], least: 0.02 },
    { what: 'accuracy with ε = 0.6 minus without', of: (r) => r.right[3] - r.right[0], least: 0.02 },
    { what: 'difference from the targets 1 − ε and ε/(k − 1)', of: (r) => r.hand, most: 1e-6 },
  ],
};
