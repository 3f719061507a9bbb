import { descend, sgd, surfaces } from 'regulus';
import { firstBelow, last } from '../claim.mjs';

export default {
  slides: '36',
  preset: 'ridge',
  claim: 'Descent is very slow on a plateau, stands still at a saddle, and ends in a local minimum.',
  program(seed) {
    const step = sgd({ learningRate: 0.1 });
    const slow = (start) =>
      firstBelow(descend(surfaces.plateau.f, step, { start: [start, 0], steps: 5000 }).values, 0.01);
    const saddle = (noise) => descend(surfaces.saddle.f, step, { start: [1, 0], steps: 60, noise, seed });
    const local = descend(surfaces.doubleWell.f, sgd({ learningRate: 0.02 }), { start: [1.9, 0.5], steps: 400 });
    return {
      near: slow(1),
      far: slow(4),
      still: Math.abs(last(saddle(0).values)),
      freed: last(saddle(0.01).values),
      local: last(local.points)[0],
      path: local.points,
    };
  },
  figure: (found, { pictures }) =>
    pictures.contours(surfaces.doubleWell, {
      paths: [{ name: 'gradient descent', points: found[0].path }],
      title: 'Into the local minimum',
    }),
  margins: [
    { what: 'updates from far out on the plateau against near the hollow', of: (r) => r.far / r.near, least: 10 },
    { what: 'value at the saddle after 60 updates (0 at the saddle)', of: (r) => r.still, most: 1e-6 },
    { what: 'value with a little noise', of: (r) => r.freed, most: -1 },
    {
      what: 'x at the end (the local minimum is at 1, the global one at −1)',
      of: (r) => r.local,
      least: 0.99,
      most: 1.01,
    },
  ],
};
