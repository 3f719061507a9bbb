import { accuracy, adam, crossEntropy, evaluate, fit, init, inspectInitialization, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: '62',
  preset: 'zeros',
  claim: 'Initial weights must break the symmetry: units that start equal stay equal.',
  async program(seed) {
    const { train } = digitsOf(seed, 300);
    const found = {};
    let verdict = '';
    for (const [name, weights] of [
      ['constant', init.constant(0.05)],
      ['random', init.kaimingNormal()],
    ]) {
      const model = nn
        .sequential([nn.dense(16, { init: weights }), nn.relu(), nn.dense(10, { init: weights })])
        .build([64], { seed });
      if (name === 'constant') verdict = inspectInitialization(model, train)[0].verdict;
      await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), epochs: 60, seed });
      const [weight] = model.parameters().map((p) => p.get());
      let apart = 0;
      for (let i = 0; i < weight.length; i += 16)
        for (let unit = 1; unit < 16; unit++) apart = Math.max(apart, Math.abs(weight[i + unit] - weight[i]));
      found[name] = { right: evaluate(model, train, { metrics: accuracy() }).accuracy, apart };
    }
    return { ...found, symmetric: Number(verdict === 'symmetric') };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'equal weights': r.constant.right, 'random weights': r.random.right })),
      { title: 'Training accuracy' },
    ),
  margins: [
    {
      what: 'largest difference between units after training, from equal weights',
      of: (r) => r.constant.apart,
      most: 1e-5,
    },
    { what: 'training accuracy from equal weights', of: (r) => r.constant.right, most: 0.6 },
    { what: 'training accuracy from random weights', of: (r) => r.random.right, least: 0.99 },
    { what: 'the verdict on equal weights is symmetric', of: (r) => r.symmetric, least: 1 },
  ],
};
