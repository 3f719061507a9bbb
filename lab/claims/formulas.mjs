import { adagrad, adam, descend, rmsprop, sgd } from 'regulus';
import { bars } from '../claim.mjs';

const slope = (x) => [2 * x[0], 20 * x[1]];
const each = (f) => [0, 1].map(f);

/** The five formulas of the summary, in float64. */
const FORMULAS = {
  sgd: [sgd({ learningRate: 0.02 }), (x) => each((i) => x[i] - 0.02 * slope(x)[i])],
  momentum: [
    sgd({ learningRate: 0.02, momentum: 0.8 }),
    (x, m) => {
      m.v = each((i) => 0.8 * (m.v?.[i] ?? 0) - 0.02 * slope(x)[i]);
      return each((i) => x[i] + m.v[i]);
    },
  ],
  adagrad: [
    adagrad({ learningRate: 0.1 }),
    (x, m) => {
      m.r = each((i) => (m.r?.[i] ?? 0) + slope(x)[i] * slope(x)[i]);
      return each((i) => x[i] - (0.1 / (1e-7 + Math.sqrt(m.r[i]))) * slope(x)[i]);
    },
  ],
  rmsprop: [
    rmsprop({ learningRate: 0.02 }),
    (x, m) => {
      m.r = each((i) => 0.9 * (m.r?.[i] ?? 0) + 0.1 * slope(x)[i] * slope(x)[i]);
      return each((i) => x[i] - (0.02 / Math.sqrt(1e-6 + m.r[i])) * slope(x)[i]);
    },
  ],
  adam: [
    adam({ learningRate: 0.05 }),
    (x, m, _k) => {
      m.s = each((i) => 0.9 * (m.s?.[i] ?? 0) + 0.1 * slope(x)[i]);
      m.r = each((i) => 0.999 * (m.r?.[i] ?? 0) + 0.001 * slope(x)[i] * slope(x)[i]);
      m.powers = each((i) => (m.powers?.[i] ?? 1) * [0.9, 0.999][i]);
      return each((i) => x[i] - (0.05 * (m.s[i] / (1 - m.powers[0]))) / (Math.sqrt(m.r[i] / (1 - m.powers[1])) + 1e-8));
    },
  ],
};

export default {
  slides: '54',
  preset: 'race',
  claim: 'The five optimizers are the five formulas of the summary.',
  program(seed) {
    const start = [1 + 0.5 * seed, -1];
    return Object.fromEntries(
      Object.entries(FORMULAS).map(([name, [optimizer, formula]]) => {
        const { points } = descend((x) => x.square().mul([1, 10]).sum(), optimizer, { start, steps: 50 });
        let [x, memory, worst] = [start, {}, 0];
        for (const point of points) {
          worst = Math.max(worst, ...point.map((w, i) => Math.abs(w - x[i])));
          x = formula(x, memory);
        }
        return [name, worst];
      }),
    );
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r),
      { title: 'Largest difference from float64 in 50 updates' },
    ),
  margins: ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'].map((name) => ({
    what: `${name}: largest difference in 50 updates`,
    of: (r) => r[name],
    most: 1e-4,
  })),
};
