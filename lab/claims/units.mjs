import { adam, capacityCurve, crossEntropy, datasets, nn } from 'regulus';
import { wrongLabels } from '../data.mjs';
import { band, last } from '../claim.mjs';

const UNITS = [1, 2, 4, 8, 16, 64];

export default {
  slides: '4',
  preset: 'linear',
  claim:
    'The capacity of a network grows with the number of its units: with more of them the training error falls on, and the error on new data rises again.',
  async program(seed) {
    const all = datasets.moons({ n: 460, noise: 0.2, seed });
    const sets = { train: wrongLabels(all.slice(0, 60), 0.2, seed), validation: all.slice(60) };
    const found = await capacityCurve(
      (units) => nn.sequential([nn.dense(units), nn.relu(), nn.dense(units), nn.relu(), nn.dense(2)]),
      UNITS,
      sets,
      {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.01 }),
        epochs: 300,
        seed,
      },
    );
    return { train: found.map((p) => p.trainError), validation: found.map((p) => p.validationError) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('training error', found, (r) => r.train, UNITS),
        band('error on new data', found, (r) => r.validation, UNITS),
      ],
      {
        title: 'Units and errors',
        xLabel: 'units in each of two layers',
        xLog: true,
        yLabel: 'share of wrong answers',
      },
    ),
  margins: [
    { what: 'training error of 64 units against one unit', of: (r) => last(r.train) / r.train[0], most: 0.5 },
    {
      what: 'error on new data, 64 units minus the best',
      of: (r) => last(r.validation) - Math.min(...r.validation),
      least: 0.03,
    },
  ],
};
