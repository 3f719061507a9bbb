import { dataset, earlyStoppingAsL2, fit, mse, nn, ridge, sgd } from 'regulus';
import { normals } from '../data.mjs';

const SCALES = [0.1, 0.3, 0.6, 1, 1.5];

export default {
  slides: '22',
  claim:
    'For a linear model with squared error and gradient descent, early stopping after τ steps is L2 with λ = 1/(ητ).',
  async program(seed) {
    const x = normals(seed, 200, 5).map((row) => row.map((v, j) => v * SCALES[j]));
    const data = dataset({ x, y: normals(seed + 5, 200, 1).map(([e], i) => [x[i].reduce((a, b) => a + b, 0.1 * e)]) });
    const options = { learningRate: 0.01, steps: 20 };
    const { lambda, directions } = earlyStoppingAsL2(data, options);
    const model = nn.sequential([nn.dense(1)]).build([5]);
    model.load({ '0.weight': new Float32Array(5), '0.bias': new Float32Array(1) });
    await fit(model, data, {
      loss: mse(),
      optimizer: sgd({ learningRate: options.learningRate }),
      batchSize: 'full',
      epochs: options.steps,
    });
    const [early, l2] = [model.parameters()[0].get(), ridge({ lambda }).fit(data).weights.data()];
    const length = (v) => Math.sqrt(v.reduce((sum, w) => sum + w * w, 0));
    return {
      curvature: directions.map((d) => d.curvature),
      early: directions.map((d) => d.early),
      l2: directions.map((d) => d.l2),
      apart: length(early.map((w, i) => w - l2[i])) / length(l2),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        { name: 'early stopping', x: found[0].curvature, y: found[0].early },
        { name: 'L2 with λ = 1/(ητ)', x: found[0].curvature, y: found[0].l2 },
      ],
      { title: 'What is left of the solution, by direction', xLabel: 'curvature', xLog: true, yLabel: 'share' },
    ),
  margins: [
    {
      what: 'shares in the flattest direction, early stopping against L2',
      of: (r) => r.early[0] / r.l2[0],
      least: 0.9,
      most: 1.1,
    },
    {
      what: 'largest difference of shares over all directions',
      of: (r) => Math.max(...r.early.map((e, i) => Math.abs(e - r.l2[i]))),
      most: 0.25,
    },
    { what: 'distance of the two weight vectors against their length', of: (r) => r.apart, most: 0.35 },
  ],
};
