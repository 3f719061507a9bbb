import { adam, dataset, fit, mse, nn } from 'regulus';
import { band } from '../claim.mjs';

const UNITS = [2, 3, 5, 10, 40];
const STARTS = 30;

export default {
  slides: '34',
  claim: 'Local minima trap small networks; of large ones nearly all have a low cost.',
  async program(seed) {
    const xor = dataset({
      x: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      y: [[0], [1], [1], [0]],
    });
    const stuck = [];
    for (const units of UNITS) {
      let count = 0;
      for (let start = 0; start < STARTS; start++) {
        const model = nn.sequential([nn.dense(units), nn.tanh(), nn.dense(1)]);
        const run = await fit(model, xor, {
          loss: mse(),
          optimizer: adam({ learningRate: 0.05 }),
          batchSize: 'full',
          epochs: 400,
          seed: 100 * seed + start,
        });
        count += Number(run.kept.training.loss > 0.05);
        model.dispose();
      }
      stuck.push(count / STARTS);
    }
    return { stuck };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('stuck', found, (r) => r.stuck, UNITS)], {
      title: 'Trainings on xor that end above J = 0.05',
      xLabel: 'hidden units',
      xLog: true,
      yLabel: 'share of thirty',
    }),
  margins: [
    { what: 'share stuck with 2 units', of: (r) => r.stuck[0], least: 0.15 },
    { what: 'share stuck with 40 units', of: (r) => r.stuck[4], most: 0 },
  ],
};
