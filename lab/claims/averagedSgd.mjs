import { fit, inverseTime, mse, nn, ridge, sgd, swa } from 'regulus';
import { linearRows } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'reading: Large-Scale Learning with SGD',
  claim: 'One pass of averaged SGD with a rate of (1 + λk)^−¾ comes near the least loss; a fixed rate does not.',
  async program(seed) {
    const data = linearRows(seed, 4000, [1, -1, 2, 0.5], 1);
    const lossOf = (predict) => predict.reduce((sum, v, i) => sum + (v - data.y[i]) * (v - data.y[i]), 0) / data.size;
    const least = lossOf(ridge({ lambda: 0 }).fit(data).predict(data).data());
    const excess = async (learningRate, more = {}) => {
      const model = nn.sequential([nn.dense(1)]);
      await fit(model, data, { loss: mse(), optimizer: sgd({ learningRate }), batchSize: 1, epochs: 1, seed, ...more });
      return Math.max(1e-7, lossOf(model.predict(data).data()) - least);
    };
    return {
      fixed: await excess(0.05),
      decayed: await excess(inverseTime({ from: 0.05, decay: 0.05 })),
      averaged: await excess(inverseTime({ from: 0.05, decay: 0.05, power: 0.75 }), { average: swa({ start: 400 }) }),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'fixed rate': r.fixed, '1/k': r.decayed, 'averaged, k^−¾': r.averaged })),
      { title: 'Excess loss after one pass' },
    ),
  margins: [
    { what: 'excess loss of averaged SGD', of: (r) => r.averaged, most: 0.01 },
    { what: 'excess loss of averaged SGD against a fixed rate', of: (r) => r.averaged / r.fixed, most: 0.2 },
  ],
};
