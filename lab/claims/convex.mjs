import { crossEntropy, datasets, fit, init, nn, sgd } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: '62',
  claim: 'In convex problems every initialization leads to the same minimum.',
  async program(seed) {
    const data = datasets.moons({ n: 200, noise: 0.4, seed });
    const losses = [];
    for (const weights of [init.zeros(), init.normal({ std: 5 }), init.xavierUniform(), init.constant(3)]) {
      const model = nn.sequential([nn.dense(2, { init: weights })]);
      const run = await fit(model, data, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 1 }),
        batchSize: 'full',
        epochs: 600,
        seed,
      });
      losses.push(run.kept.training.loss);
    }
    return { losses, spread: Math.max(...losses) - Math.min(...losses) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, ({ losses }) => ({
        zeros: losses[0],
        'N(0, 25)': losses[1],
        Xavier: losses[2],
        'constant 3': losses[3],
      })),
      { title: 'Loss at the end, by initialization' },
    ),
  margins: [{ what: 'largest difference of the losses from four initializations', of: (r) => r.spread, most: 1e-3 }],
};
