import { descend, sgd, tensor } from 'regulus';
import { last } from '../claim.mjs';

export default {
  slides: '44',
  preset: 'knife-edge',
  claim:
    'v ← αv − εg, θ ← θ + v: the velocity is a decaying average of gradients, and where they agree it grows to ε/(1 − α).',
  program(seed) {
    const alpha = [0.8, 0.9, 0.95][seed % 3];
    const { points } = descend((x) => x.sum(), sgd({ learningRate: 0.01, momentum: alpha }), {
      start: [0],
      steps: 400,
    });
    const step = points[399][0] - points[400][0];
    const bowl = descend(
      (x) =>
        x
          .square()
          .mul(tensor([1, 5]))
          .sum(),
      sgd({ learningRate: 0.02, momentum: alpha }),
      { start: [1, -1], steps: 60 },
    );
    let [theta, v] = [
      [1, -1],
      [0, 0],
    ];
    const error = bowl.points.map((p) => {
      const apart = Math.max(...p.map((w, i) => Math.abs(w - theta[i])));
      v = v.map((u, i) => alpha * u - 0.02 * 2 * [1, 5][i] * theta[i]);
      theta = theta.map((w, i) => w + v[i]);
      return apart;
    });
    const steps = points.slice(1, 61).map(([x], k) => points[k][0] - x);
    return { steps, alpha, terminal: step / (0.01 / (1 - alpha)), error: Math.max(...error), end: last(bowl.values) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      found.map(({ steps, alpha }) => ({ name: `α = ${alpha}`, y: steps, dots: false })),
      { title: 'Steps where the gradient is always 1, ε = 0.01', xLabel: 'update' },
    ),
  margins: [
    {
      what: 'last step where the gradient is always 1, against ε/(1 − α)',
      of: (r) => r.terminal,
      least: 0.999,
      most: 1.001,
    },
    { what: 'difference from the formula in 60 updates', of: (r) => r.error, most: 1e-5 },
  ],
};
