import { fit, l1, l2, lasso, mse, nn, ridge, sgd, sparsity } from 'regulus';
import { linearRows } from '../data.mjs';
import { bars } from '../claim.mjs';

const TRUE = [3, -2, 1.5, 1, -1, ...new Array(15).fill(0)];

export default {
  slides: '12–13',
  preset: 'corner',
  claim: 'L1 makes most weights exactly 0 and so selects features; L2 makes all of them small.',
  async program(seed) {
    const data = linearRows(seed, 120, TRUE, 0.3);
    const zerosOf = (weights) => [...weights].map((w) => Number(w === 0));
    const selected = zerosOf(lasso({ lambda: 0.4 }).fit(data).weights.data());
    const dense = zerosOf(ridge({ lambda: 0.4 }).fit(data).weights.data());
    const network = async (penalties) => {
      const model = nn.sequential([nn.dense(1)]);
      await fit(model, data, {
        loss: mse(),
        optimizer: sgd({ learningRate: 0.05 }),
        batchSize: 'full',
        epochs: 300,
        penalties,
        seed,
      });
      return sparsity(model).byParameter['0.weight'];
    };
    return {
      wrong: selected.filter((zero, i) => zero !== Number(TRUE[i] === 0)).length,
      lasso: selected.reduce((a, b) => a + b, 0) / 20,
      ridge: dense.reduce((a, b) => a + b, 0) / 20,
      networkL1: await network(l1(0.4, { proximal: true })),
      networkL2: await network(l2(0.4)),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, ({ lasso: a, ridge: b, networkL1, networkL2 }) => ({
        lasso: a,
        ridge: b,
        'network, L1': networkL1,
        'network, L2': networkL2,
      })),
      { title: 'Share of weights that are exactly 0' },
    ),
  margins: [
    { what: 'features that the lasso selects wrongly, of 20', of: (r) => r.wrong, most: 0 },
    { what: 'zeros of a network with L1', of: (r) => r.networkL1, least: 0.7 },
    { what: 'zeros with L2', of: (r) => r.ridge + r.networkL2, most: 0 },
  ],
};
