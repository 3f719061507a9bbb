import { adagrad, descend, tensor } from 'regulus';

export default {
  slides: '47–49',
  preset: 'forgetting',
  claim:
    'AdaGrad gives each parameter a rate of its own, which declines fast where partial derivatives are large and slowly where they are small.',
  program(seed) {
    const slopes = [10, 0.1 * (seed + 1)];
    const { points } = descend((x) => x.mul(tensor(slopes)).sum(), adagrad({ learningRate: 1 }), {
      start: [0, 0],
      steps: 50,
    });
    const rates = slopes.map((g, i) => (points[49][i] - points[50][i]) / g);
    const first = slopes.map((g, i) => (points[0][i] - points[1][i]) / g);
    const hand = slopes.map((g) => 1 / Math.sqrt(50 * g * g));
    const curves = slopes.map((g, i) => points.slice(1).map((p, k) => (points[k][i] - p[i]) / g));
    return { rates, first, curves, error: Math.max(...rates.map((r, i) => Math.abs(r / hand[i] - 1))) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        { name: 'partial derivative 10', y: found[0].curves[0], dots: false },
        { name: 'partial derivative 0.1', y: found[0].curves[1], dots: false },
      ],
      { title: 'The rate of each parameter', xLabel: 'update', yLog: true },
    ),
  margins: [
    {
      what: 'rate of the large partial derivative against the small one, after 50 updates',
      of: (r) => r.rates[0] / r.rates[1],
      most: 0.05,
    },
    {
      what: 'decline of the rate in 50 updates, of √50',
      of: (r) => r.first[0] / r.rates[0] / Math.sqrt(50),
      least: 0.99,
      most: 1.01,
    },
    { what: 'difference from ε/√Σg²', of: (r) => r.error, most: 1e-3 },
  ],
};
