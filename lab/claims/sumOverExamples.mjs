import { crossEntropy, datasets, nn, valueAndGrad } from 'regulus';

export default {
  slides: '28',
  claim: 'The objective and its gradient are means over the examples, so that a part of them gives an estimate.',
  program(seed) {
    const data = datasets.moons({ n: 32, noise: 0.2, seed });
    const rows = Array.from({ length: 32 }, (_, i) => [...data.x.slice(2 * i, 2 * i + 2)]);
    const model = nn.sequential([nn.dense(5), nn.tanh(), nn.dense(2)]).build([2], { seed });
    const gradientOf = (x, y) => valueAndGrad(() => crossEntropy()(model(x), y), { wrt: model })();
    const whole = gradientOf(rows, [...data.y]);
    const parts = rows.map((row, i) => gradientOf([row], [data.y[i]]));
    const value = parts.reduce((sum, part) => sum + part.value.item() / 32, 0);
    const error = Object.keys(whole.grads).flatMap((name) => {
      const list = parts.map((part) => part.grads[name].data());
      return [...whole.grads[name].data()].map((g, i) =>
        Math.abs(g - list.reduce((sum, part) => sum + part[i] / 32, 0)),
      );
    });
    return { value: Math.abs(whole.value.item() - value), gradient: Math.max(...error) };
  },
  margins: [
    { what: 'J against the mean over its rows', of: (r) => r.value, most: 1e-6 },
    { what: 'gradient against the mean over the rows', of: (r) => r.gradient, most: 1e-6 },
  ],
};
