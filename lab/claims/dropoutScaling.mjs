import { nn, randomGenerator } from 'regulus';
import { mean } from '../claim.mjs';

export default {
  slides: '25',
  claim:
    'At test time all units are present and weights are multiplied by p: the output is the expected output of training.',
  program(seed) {
    const model = nn.sequential([nn.dropout({ keep: 0.5, scaling: 'test' }), nn.dense(3)]).build([20], { seed });
    const x = randomGenerator(seed).normal([1, 20]);
    const many = x.add(randomGenerator(seed).normal([8000, 20], { std: 0 }));
    const test = model(x, { training: false }).data();
    const train = model(many, { training: true }).toArray();
    const [weight, bias] = model.parameters().map((p) => p.get());
    const hand = [0, 1, 2].map((unit) =>
      x.data().reduce((sum, v, i) => sum + 0.5 * weight[3 * i + unit] * v, bias[unit]),
    );
    return {
      formula: Math.max(...test.map((v, i) => Math.abs(v - hand[i]))),
      expected: Math.max(...test.map((v, i) => Math.abs(v - mean(train.map((row) => row[i]))))),
    };
  },
  margins: [
    { what: 'difference from (p·W)x + b', of: (r) => r.formula, most: 1e-6 },
    { what: 'difference from the mean of 8,000 training passes', of: (r) => r.expected, most: 0.08 },
  ],
};
