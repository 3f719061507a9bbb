import { fit, linearDecay, mse, nn, ridge, sgd } from 'regulus';
import { linearRows } from '../data.mjs';
import { band, last, mean } from '../claim.mjs';

export default {
  slides: '40',
  preset: 'falling-rate',
  claim:
    'Batch descent may keep its rate, for the gradient vanishes at a minimum; the noise of SGD does not, so its rate must fall.',
  async program(seed) {
    const data = linearRows(seed, 256, [1, -2], 1);
    const best = ridge({ lambda: 0 }).fit(data);
    const floor =
      best
        .predict(data)
        .data()
        .reduce((sum, v, i) => sum + (v - data.y[i]) * (v - data.y[i]), 0) / 256;
    const trained = async (learningRate, batchSize) => {
      const model = nn.sequential([nn.dense(1)]);
      const run = await fit(model, data, {
        loss: mse(),
        optimizer: sgd({ learningRate }),
        batchSize,
        epochs: 40,
        seed,
      });
      return run.history.map(({ training, gradNorm }) => ({ excess: training.loss - floor, gradNorm }));
    };
    const [batch, fixed, decayed] = [
      await trained(0.3, 'full'),
      await trained(0.1, 4),
      await trained(linearDecay({ from: 0.1, epochs: 40 }), 4),
    ];
    const end = (run) => Math.max(1e-9, mean(run.slice(-10).map(({ excess }) => excess)));
    return {
      gradient: last(batch).gradNorm,
      noise: last(fixed).gradNorm,
      fixed: end(fixed),
      decayed: Math.max(1e-9, last(decayed).excess),
      curves: [fixed, decayed].map((run) => run.map(({ excess }) => Math.max(1e-7, excess))),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('fixed rate', found, (r) => r.curves[0]), band('linear decay', found, (r) => r.curves[1])], {
      title: 'Excess over the least loss',
      xLabel: 'epoch',
      yLog: true,
    }),
  margins: [
    { what: 'last gradient of batch descent', of: (r) => r.gradient, most: 1e-4 },
    { what: 'last gradients of batches of 4', of: (r) => r.noise, least: 0.3 },
    { what: 'excess loss with decay against a fixed rate', of: (r) => r.decayed / r.fixed, most: 0.2 },
  ],
};
