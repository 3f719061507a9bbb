import { criticalPoint, randomGenerator } from 'regulus';
import { band } from '../claim.mjs';

const SIZES = [1, 2, 3, 4, 6];

export default {
  slides: '35',
  claim:
    'In many dimensions critical points are nearly all saddles: minima are rare, for all curvatures must be positive.',
  program(seed) {
    const minima = SIZES.map((n) => {
      let count = 0;
      for (let k = 0; k < 60; k++) {
        const a = randomGenerator(1000 * seed + 10 * k + n).normal([n, n]);
        const matrix = a.add(a.transpose());
        const { kind } = criticalPoint(
          (x) =>
            x
              .reshape([1, n])
              .matmul(matrix)
              .matmul(x.reshape([n, 1]))
              .sum(),
          new Array(n).fill(0),
        );
        count += Number(kind === 'minimum');
      }
      return count / 60;
    });
    return { minima };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('minima', found, (r) => r.minima, SIZES)], {
      title: 'Random quadratic functions: share of minima',
      xLabel: 'dimensions',
      yLabel: 'share',
    }),
  margins: [
    { what: 'minima in one dimension', of: (r) => r.minima[0], least: 0.35, most: 0.65 },
    { what: 'minima in three dimensions', of: (r) => r.minima[2], most: 0.12 },
    { what: 'minima in six dimensions', of: (r) => r.minima[4], most: 0.02 },
  ],
};
