import { crossEntropy, datasets, fit, nn, sgd } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: '29–30',
  preset: 'whole',
  claim:
    'The whole training set gives a deterministic method, whatever the order of the rows; minibatches and single rows a stochastic one.',
  async program(seed) {
    const data = datasets.moons({ n: 100, noise: 0.2, seed });
    const trained = async (batchSize, order) => {
      const model = nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]).build([2], { seed: 5 });
      let updates = 0;
      await fit(model, data, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        batchSize,
        epochs: 5,
        seed: order,
        onStep: () => updates++,
      });
      return { weights: model.parameters().flatMap((p) => [...p.get()]), updates };
    };
    const apart = {};
    const updates = {};
    for (const batchSize of ['full', 10, 1]) {
      const [a, b] = [await trained(batchSize, 1), await trained(batchSize, 2)];
      apart[batchSize] = Math.max(...a.weights.map((w, i) => Math.abs(w - b.weights[i])));
      updates[batchSize] = a.updates;
    }
    return { apart, updates };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'all 100 rows': r.apart.full, 'batches of 10': r.apart[10], 'single rows': r.apart[1] })),
      { title: 'Weights after another order of the rows: largest difference' },
    ),
  margins: [
    { what: 'difference with the whole set', of: (r) => r.apart.full, most: 1e-5 },
    { what: 'difference with batches of 10', of: (r) => r.apart[10], least: 1e-3 },
    { what: 'difference with single rows against batches of 10', of: (r) => r.apart[1] / r.apart[10], least: 1 },
    {
      what: 'updates in 5 epochs of 100 rows: whole, 10, 1 (5, 50, 500)',
      of: (r) => Number(`${r.updates.full}${r.updates[10]}${r.updates[1]}` === '550500'),
      least: 1,
    },
  ],
};
