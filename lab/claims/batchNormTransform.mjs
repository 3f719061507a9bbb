import { nn, randomGenerator } from 'regulus';
import { mean } from '../claim.mjs';

export default {
  slides: '58',
  claim:
    'Batch normalization subtracts the batch’s mean, divides by its deviation, and then scales and shifts by what it has learned.',
  program(seed) {
    const model = nn.sequential([nn.batchNorm()]).build([3]);
    const [gamma, beta] = [
      [2, 0.5, 1],
      [1, -1, 0],
    ];
    model.parameters()[0].set(gamma);
    model.parameters()[1].set(beta);
    const x = randomGenerator(seed).normal([40, 3], { mean: 3, std: 2 });
    const [rows, out] = [x.toArray(), model(x, { training: true }).toArray()];
    const error = [0, 1, 2].map((j) => {
      const column = rows.map((row) => row[j]);
      const middle = mean(column);
      const deviation = Math.sqrt(mean(column.map((v) => (v - middle) * (v - middle))) + 1e-5);
      return Math.max(
        ...rows.map((row, i) => Math.abs(out[i][j] - (gamma[j] * (row[j] - middle)) / deviation - beta[j])),
      );
    });
    return { error: Math.max(...error) };
  },
  margins: [{ what: 'difference from γ(x − μ)/√(σ² + ε) + β', of: (r) => r.error, most: 1e-5 }],
};
