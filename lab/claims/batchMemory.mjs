import { nn } from 'regulus';
import { band } from '../claim.mjs';

const SIZES = [32, 64, 128, 256];

export default {
  slides: '31',
  claim: 'The memory of a training grows with the batch. Batches of 32 to 256 rows, powers of two, are usual.',
  seen: 'Only the memory is measured here. That powers of two are faster is said of GPUs; Regulus computes on the CPU, whose vectors hold four or eight numbers, so that any multiple of these will do. The default of `fit` is 32.',
  program(seed) {
    const model = nn
      .sequential([nn.dense(128), nn.relu(), nn.dense(128), nn.relu(), nn.dense(10)])
      .build([64], { seed });
    const units = { B: 1, bytes: 1, KB: 1024, MB: 1024 * 1024 };
    const bytes = SIZES.map((batchSize) => {
      const [, amount, unit] = /([\d.,]+) (KB|MB|bytes|B)[^\n]*$/.exec(model.summary({ batchSize }).trim()) ?? [];
      return Number(amount.replace(',', '')) * units[unit];
    });
    return { bytes };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('bytes of activations', found, (r) => r.bytes, SIZES)], {
      title: 'Memory',
      xLabel: 'batch size',
      xLog: true,
      yLog: true,
    }),
  margins: [
    {
      what: 'memory of 256 rows against 32 (8 times the rows)',
      of: (r) => r.bytes[3] / r.bytes[0],
      least: 4,
      most: 8.5,
    },
  ],
};
