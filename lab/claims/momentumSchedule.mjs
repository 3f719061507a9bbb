import { dataset, fit, init, mse, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

/** The schedule of the paper, 1 − ½/(⌊k/50⌋ + 1), up to 0.95. */
const rising = Object.assign((k) => Math.min(1 - 0.5 / (Math.floor(k / 50) + 1), 0.95), {
  config: { name: 'rising', options: {} },
});

export default {
  slides: 'reading: Initialization and Momentum',
  claim:
    'A deep autoencoder is trained by momentum that grows, from well-scaled or sparse weights; small weights do not start.',
  async program(seed) {
    const { x } = digitsOf(seed, 300).train;
    const rows = Array.from({ length: 300 }, (_, i) => [...x.slice(64 * i, 64 * i + 64)].map((v) => v / 16));
    const data = dataset({ x: rows, y: rows });
    const loss = async (weights, options) => {
      const model = nn.sequential(
        [32, 16, 8, 16, 32]
          .flatMap((n) => [nn.dense(n, { init: weights }), nn.tanh()])
          .concat(nn.dense(64, { init: weights })),
      );
      const run = await fit(model, data, {
        loss: mse(),
        optimizer: sgd({ learningRate: 0.2, ...options }),
        epochs: 40,
        seed,
      });
      return run.kept.training.loss;
    };
    return {
      plain: await loss(init.xavierNormal(), {}),
      momentum: await loss(init.xavierNormal(), { momentum: rising }),
      nesterov: await loss(init.xavierNormal(), { momentum: rising, nesterov: true }),
      sparse: await loss(init.sparse({ connections: 15, std: 0.25 }), { momentum: rising }),
      small: await loss(init.normal({ std: 0.01 }), { momentum: rising }),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({
        'plain SGD': r.plain,
        momentum: r.momentum,
        Nesterov: r.nesterov,
        'sparse weights': r.sparse,
        'N(0, 0.01²)': r.small,
      })),
      { title: 'Error of reconstruction' },
    ),
  margins: [
    { what: 'error with momentum against plain SGD', of: (r) => r.momentum / r.plain, most: 0.85 },
    { what: 'error from sparse weights against plain SGD from Xavier', of: (r) => r.sparse / r.plain, most: 1 },
    { what: 'error from N(0, 0.01²) against Xavier, both with momentum', of: (r) => r.small / r.momentum, least: 1.3 },
  ],
};
