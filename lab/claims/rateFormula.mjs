import { linearDecay } from 'regulus';

export default {
  slides: '40–41',
  claim: 'ε_k = (1 − α)ε₀ + αε_τ with α = min(1, k/τ): a line down to one per cent, constant from τ on.',
  program() {
    const rate = linearDecay({ from: 0.5, steps: 400 });
    const places = [0, 1, 100, 200, 399, 400, 1000];
    const hand = (k) => {
      const alpha = Math.min(1, k / 400);
      return (1 - alpha) * 0.5 + alpha * 0.005;
    };
    return {
      error: Math.max(...places.map((k) => Math.abs(rate(k) - hand(k)))),
      end: rate(1000) / rate(0),
      curve: Array.from({ length: 61 }, (_, i) => rate(10 * i)),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines([{ name: 'ε', y: found[0].curve, x: found[0].curve.map((_, i) => 10 * i), dots: false }], {
      title: 'Linear decay',
      xLabel: 'update',
      yLabel: 'learning rate',
    }),
  margins: [
    { what: 'difference from the formula', of: (r) => r.error, most: 1e-15 },
    { what: 'last rate against the first', of: (r) => r.end, least: 0.00999, most: 0.01001 },
  ],
};
