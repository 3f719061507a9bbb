import { dataset, relu, ridge, tensor } from 'regulus';
import { normals } from '../data.mjs';
import { band } from '../claim.mjs';

const FEATURES = [5, 10, 20, 30, 40, 50, 80, 160, 400];

export default {
  slides: 'outlook on 4',
  claim: 'Beyond the point where the training rows are interpolated, the error on new data falls a second time.',
  program(seed) {
    const x = normals(seed, 540, 8);
    const noise = normals(seed + 50, 540, 1, 0.3);
    const y = x.map(([a, b, c], i) => [a - b + 0.5 * c * c + noise[i][0]]);
    const directions = tensor(normals(seed + 100, 8, 400, 0.35));
    const hidden = relu(tensor(x).matmul(directions)).toArray();
    const errors = FEATURES.map((count) => {
      const all = dataset({ x: hidden.map((row) => row.slice(0, count)), y });
      const [train, rest] = [all.slice(0, 40), all.slice(40)];
      const model = ridge({ lambda: 1e-6 }).fit(train);
      const error = (set) =>
        model
          .predict(set)
          .data()
          .reduce((sum, v, i) => sum + (v - set.y[i]) * (v - set.y[i]), 0) / set.size;
      return [error(train), error(rest)];
    });
    return { train: errors.map(([e]) => e), validation: errors.map(([, e]) => e) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('training error', found, (r) => r.train, FEATURES),
        band('error on new data', found, (r) => r.validation, FEATURES),
      ],
      {
        title: '40 rows, random ReLU features',
        xLabel: 'features',
        xLog: true,
        yLabel: 'mean squared error',
        yLog: true,
      },
    ),
  margins: [
    {
      what: 'error at 40 features, as many as rows, against 10 features',
      of: (r) => r.validation[4] / r.validation[1],
      least: 2,
    },
    { what: 'error at 400 features against that peak', of: (r) => r.validation[8] / r.validation[4], most: 0.5 },
  ],
};
