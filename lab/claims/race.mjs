import { adagrad, adam, compareOptimizers, crossEntropy, datasets, mse, nn, rmsprop, sgd } from 'regulus';
import { digitsOf, linearRows } from '../data.mjs';
import { bars } from '../claim.mjs';

const OPTIMIZERS = {
  SGD: sgd({ learningRate: 0.1 }),
  momentum: sgd({ learningRate: 0.02, momentum: 0.9 }),
  AdaGrad: adagrad({ learningRate: 0.05 }),
  RMSProp: rmsprop({ learningRate: 0.003 }),
  Adam: adam({ learningRate: 0.005 }),
};

export default {
  slides: '55–56',
  preset: 'far-out',
  claim: 'There is no consensus on which optimizer to choose: over five seeds none of them leads on every task.',
  async program(seed) {
    const digits = digitsOf(seed, 500);
    const spirals = datasets.spirals({ n: 400, noise: 0.1, seed });
    const mlp = (out) => () => nn.sequential([nn.dense(32), nn.relu(), nn.dense(32), nn.relu(), nn.dense(out)]);
    const line = linearRows(seed, 300, [1, -2, 0.5], 0.5);
    const tasks = {
      digits: [mlp(10), digits, { loss: crossEntropy(), epochs: 12 }],
      spirals: [
        mlp(3),
        { train: spirals.slice(0, 250), validation: spirals.slice(250) },
        { loss: crossEntropy(), epochs: 30 },
      ],
      line: [
        () => nn.sequential([nn.dense(1)]),
        { train: line.slice(0, 200), validation: line.slice(200) },
        { loss: mse(), epochs: 12 },
      ],
    };
    const found = {};
    for (const [name, [build, { train, validation }, options]] of Object.entries(tasks)) {
      const race = await compareOptimizers(
        build,
        OPTIMIZERS,
        { train, validation },
        { ...options, seeds: 5, seed: 10 * seed },
      );
      const means = Object.fromEntries(race.optimizers.map(({ name: n, mean: m }) => [n, m]));
      found[name] = {
        leader: race.leader ?? 'no clear winner',
        best: Object.keys(means).sort((a, b) => means[a] - means[b])[0],
        verdict: race.verdict,
        means,
      };
    }
    return found;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => Object.fromEntries(Object.entries(r.digits.means))),
      { title: 'Digits: validation loss after 12 epochs' },
    ),
  notes: ([first]) => Object.entries(first).map(([task, { verdict }]) => `${task}: ${verdict}.`),
  margins: [
    {
      what: 'different optimizers with the best mean on digits, spirals and a line',
      of: (r) => new Set(Object.values(r).map(({ best }) => best)).size,
      least: 2,
    },
    {
      what: 'tasks on which the same optimizer leads beyond its band, at most',
      of: (r) =>
        Math.max(
          ...Object.keys(OPTIMIZERS).map((name) => Object.values(r).filter(({ leader }) => leader === name).length),
        ),
      most: 2,
    },
  ],
};
