import { descend, sgd, tensor } from 'regulus';
import { last } from '../claim.mjs';

export default {
  slides: 'reading: Why Momentum Really Works',
  preset: 'over-the-edge',
  claim:
    'With the best rates, plain descent converges as (κ − 1)/(κ + 1), momentum as (√κ − 1)/(√κ + 1); beyond 2(1 + β)/λ it diverges.',
  program(seed) {
    const [low, high] = [1, 100];
    const f = (x) =>
      x
        .square()
        .mul(tensor([low / 2, high / 2]))
        .sum();
    const start = [1 + seed, 1];
    const root = Math.sqrt(high / low);
    const beta = ((root - 1) / (root + 1)) * ((root - 1) / (root + 1));
    const rate = (2 / (1 + root)) * (2 / (1 + root));
    const length = (p) => Math.sqrt(p[0] * p[0] + p[1] * p[1]);
    /** The mean factor of the last n updates. */
    const factor = (optimizer, steps, n) => {
      const { points } = descend(f, optimizer, { start, steps });
      return length(points[steps]) / length(points[steps - n]);
    };
    const heavy = (learningRate, steps) =>
      length(last(descend(f, sgd({ learningRate, momentum: 0.9 }), { start, steps }).points));
    const bound = (2 * 1.9) / high;
    const distances = (optimizer) => descend(f, optimizer, { start, steps: 60 }).points.map(length);
    return {
      curves: [
        distances(sgd({ learningRate: 2 / (low + high) })),
        distances(sgd({ learningRate: rate, momentum: beta })),
      ],
      plain: factor(sgd({ learningRate: 2 / (low + high) }), 200, 1),
      momentum: factor(sgd({ learningRate: rate, momentum: beta }), 60, 40),
      below: heavy(0.98 * bound, 400),
      above: heavy(1.02 * bound, 400),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        { name: 'plain descent', y: found[0].curves[0], dots: false },
        { name: 'momentum', y: found[0].curves[1], dots: false },
      ],
      { title: 'Distance from the minimum, κ = 100', xLabel: 'update', yLog: true },
    ),
  margins: [
    { what: 'factor of plain descent by update, 99/101', of: (r) => r.plain / (99 / 101), least: 0.999, most: 1.001 },
    { what: 'factor of momentum in 40 updates, where plain descent has 0.449', of: (r) => r.momentum, most: 0.005 },
    { what: 'distance 2 % below the bound', of: (r) => r.below, most: 1 },
    { what: 'distance 2 % above the bound', of: (r) => r.above, least: 100 },
  ],
};
