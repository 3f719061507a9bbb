import { crossEntropy, fit, learningRateRange, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const FACTORS = [0.01, 0.1, 1, 30];

export default {
  slides: '41',
  preset: 'rate',
  claim:
    'ε₀ is found by trial: a sweep of rates suggests one, which is far better than a hundredth of it and than thirty times it.',
  async program(seed) {
    const { train } = digitsOf(seed, 600);
    const build = () => nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]).build([64], { seed });
    const { suggestion } = learningRateRange(build(), train, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 1 }),
      seed,
    });
    const losses = [];
    for (const factor of FACTORS) {
      const run = await fit(build(), train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: factor * suggestion }),
        epochs: 10,
        seed,
      });
      losses.push(run.kept.training.loss);
    }
    return { suggestion, losses };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('loss after 10 epochs', found, (r) => r.losses, FACTORS)], {
      title: 'The rate, in multiples of what the sweep suggests',
      xLog: true,
      yLog: true,
      xLabel: 'multiple',
    }),
  margins: [
    { what: 'loss at the suggested rate against a hundredth', of: (r) => r.losses[2] / r.losses[0], most: 0.3 },
    { what: 'loss at the suggested rate against thirty times it', of: (r) => r.losses[2] / r.losses[3], most: 0.5 },
  ],
};
