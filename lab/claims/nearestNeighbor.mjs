import { capacityCurve, datasets, nearestNeighbors } from 'regulus';
import { wrongLabels } from '../data.mjs';
import { band } from '../claim.mjs';

const NEIGHBORS = [1, 3, 7, 15, 31];

export default {
  slides: '5',
  preset: 'neighbors',
  claim: 'One nearest neighbour has no training error at all, and a large error on new data.',
  async program(seed) {
    const all = wrongLabels(datasets.moons({ n: 600, noise: 0.2, seed }), 0.25, seed);
    const sets = { train: all.slice(0, 200), validation: all.slice(200) };
    const found = await capacityCurve((k) => nearestNeighbors({ k }), NEIGHBORS, sets);
    return { train: found.map((p) => p.trainError), validation: found.map((p) => p.validationError) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('training error', found, (r) => r.train, NEIGHBORS),
        band('error on new data', found, (r) => r.validation, NEIGHBORS),
      ],
      {
        title: 'Neighbours and errors, a quarter of the labels wrong',
        xLabel: 'neighbours',
        xLog: true,
        yLabel: 'share of wrong answers',
      },
    ),
  margins: [
    { what: 'training error of one neighbour', of: (r) => r.train[0], most: 0 },
    { what: 'its error on new data', of: (r) => r.validation[0], least: 0.3 },
    {
      what: 'the error on new data of 15 neighbours, minus that of one',
      of: (r) => r.validation[3] - r.validation[0],
      most: -0.03,
    },
  ],
};
