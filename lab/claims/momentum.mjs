import { descend, sgd, surfaces } from 'regulus';
import { firstBelow, mean } from '../claim.mjs';

export default {
  slides: '42, 45',
  preset: 'race',
  claim:
    'Momentum helps where the curvature is high, where gradients are small but consistent, and where they are noisy.',
  program(seed) {
    const both = [sgd({ learningRate: 0.01 }), sgd({ learningRate: 0.01, momentum: 0.9 })];
    const ravine = both.map((o) => descend(surfaces.quadratic.f, o, { start: [10, 1 + 0.1 * seed], steps: 1500 }));
    const steps = ravine.map(({ values }) => firstBelow(values, 1e-3));
    const plateau = [sgd({ learningRate: 0.1 }), sgd({ learningRate: 0.1, momentum: 0.9 })].map((o) =>
      firstBelow(descend(surfaces.plateau.f, o, { start: [3, 0.1 * seed], steps: 3000 }).values, 0.01),
    );
    // With the same effective rate ε/(1 − α), the velocity averages the noise across the ravine.
    const noisy = [sgd({ learningRate: 0.019 }), sgd({ learningRate: 0.0019, momentum: 0.9 })].map((o) =>
      mean(descend(surfaces.quadratic.f, o, { start: [10, 1], steps: 600, noise: 20, seed }).values.slice(-300)),
    );
    return { steps, plateau, noisy, paths: ravine.map(({ points }) => points.slice(0, 60)) };
  },
  figure: (found, { pictures }) =>
    pictures.contours(surfaces.quadratic, {
      paths: [
        { name: 'SGD', points: found[0].paths[0] },
        { name: 'momentum 0.9', points: found[0].paths[1] },
      ],
      title: 'A ravine',
    }),
  margins: [
    { what: 'updates through a ravine against plain SGD', of: (r) => r.steps[1] / r.steps[0], most: 0.5 },
    { what: 'updates over a plateau against plain SGD', of: (r) => r.plateau[1] / r.plateau[0], most: 0.3 },
    { what: 'mean value in a noisy ravine against plain SGD', of: (r) => r.noisy[1] / r.noisy[0], most: 0.5 },
  ],
};
