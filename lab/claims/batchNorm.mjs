import { crossEntropy, DivergenceError, evaluate, fit, init, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

const SETTINGS = {
  'rate 0.05': [0.05, init.kaimingNormal()],
  'rate 2': [2, init.kaimingNormal()],
  'weights × 0.01': [0.1, init.normal({ std: 0.01 })],
};

export default {
  slides: '59–60',
  preset: 'rescued',
  claim: 'Batch normalization allows much higher rates and careless initial weights, and trains in fewer epochs.',
  async program(seed) {
    const { train } = digitsOf(seed, 400);
    const found = {};
    for (const [name, [learningRate, weights]] of Object.entries(SETTINGS))
      for (const normalize of [false, true]) {
        const block = () => [nn.dense(32, { init: weights }), ...(normalize ? [nn.batchNorm()] : []), nn.relu()];
        const model = nn.sequential([...block(), ...block(), ...block(), nn.dense(10)]);
        try {
          await fit(model, train, { loss: crossEntropy(), optimizer: sgd({ learningRate }), epochs: 10, seed });
          found[`${name}${normalize ? ', normalized' : ''}`] = Math.min(10, evaluate(model, train).loss);
        } catch (error) {
          if (!(error instanceof DivergenceError)) throw error;
          found[name] = 10;
        }
      }
    return found;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r),
      { title: 'Training loss after 10 epochs (10 where it diverged)' },
    ),
  margins: [
    {
      what: 'loss at the rate 0.05, normalized against plain',
      of: (r) => r['rate 0.05, normalized'] / r['rate 0.05'],
      most: 0.7,
    },
    {
      what: 'loss at the rate 2, normalized against plain',
      of: (r) => r['rate 2, normalized'] / r['rate 2'],
      most: 0.7,
    },
    { what: 'loss at the rate 2, plain', of: (r) => r['rate 2'], least: 2 },
    {
      what: 'loss from weights × 0.01, normalized against plain',
      of: (r) => r['weights × 0.01, normalized'] / r['weights × 0.01'],
      most: 0.7,
    },
    { what: 'loss from weights × 0.01, plain', of: (r) => r['weights × 0.01'], least: 2 },
  ],
};
