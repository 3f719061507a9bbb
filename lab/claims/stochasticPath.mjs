import { descend, mse, nn, sgd } from 'regulus';
import { linearRows } from '../data.mjs';
import { last } from '../claim.mjs';

export default {
  slides: '39',
  preset: 'online',
  claim:
    'The path of batch gradient descent is smooth; that of stochastic gradient descent zigzags and does not come to rest.',
  program(seed) {
    const data = linearRows(seed, 100, [2, -1], 1);
    const model = () => nn.sequential([nn.dense(1, { bias: false })]).build([2], { seed });
    const walk = (batchSize) =>
      descend(model(), sgd({ learningRate: 0.1 }), { data, loss: mse(), batchSize, steps: 100, seed });
    const roughness = ({ points }) => {
      const length = (a, b) => Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));
      return points.slice(1).reduce((sum, p, i) => sum + length(p, points[i]), 0) / length(points[0], last(points));
    };
    const [batch, stochastic] = [walk('full'), walk(2)];
    return { batch: roughness(batch), stochastic: roughness(stochastic), paths: [batch.points, stochastic.points] };
  },
  figure: (found, { pictures }) =>
    pictures.paths(
      [
        { name: 'batch', points: found[0].paths[0] },
        { name: 'stochastic', points: found[0].paths[1] },
      ],
      { title: 'Two weights: batch and stochastic' },
    ),
  margins: [
    { what: 'length of the path against its way, batch', of: (r) => r.batch, most: 1.2 },
    { what: 'length of the path against its way, stochastic', of: (r) => r.stochastic, least: 3 },
  ],
};
