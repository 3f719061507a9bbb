import { adam, crossEntropy, datasets, diagnose, fit, nn } from 'regulus';
import { wrongLabels } from '../data.mjs';
import { bars } from '../claim.mjs';

const mlp = (units) => nn.sequential([...units.flatMap((n) => [nn.dense(n), nn.relu()]), nn.dense(2)]);

export default {
  slides: '3',
  preset: 'overfitting',
  claim:
    'A straight line underfits rings, a large network overfits wrong labels, and a fair one does neither; the two errors tell which.',
  async program(seed) {
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), seed };
    const diagnosisOf = async (model, all, rows, epochs) =>
      diagnose(await fit(model, all.slice(0, rows), { ...options, epochs, validation: all.slice(400) }));
    const rings = datasets.circles({ n: 1000, noise: 0.05, seed });
    const moons = datasets.moons({ n: 1000, noise: 0.2, seed });
    const [line, large, fair] = [
      await diagnosisOf(mlp([]), rings, 400, 40),
      await diagnosisOf(mlp([128, 128]), wrongLabels(moons, 0.2, seed), 80, 600),
      await diagnosisOf(mlp([16]), rings, 400, 60),
    ];
    const found = [line, large, fair];
    return {
      verdicts: found.map(({ verdict }) => verdict),
      errors: found.map(({ trainError, validationError }) => [trainError, validationError]),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, ({ errors: [line, large, fair] }) => ({
        'line, training': line[0],
        'line, new data': line[1],
        'large, training': large[0],
        'large, new data': large[1],
        'fair, training': fair[0],
        'fair, new data': fair[1],
      })),
      { title: 'Errors of three networks' },
    ),
  margins: [
    { what: 'line on rings: underfitting', of: (r) => Number(r.verdicts[0] === 'underfitting'), least: 1 },
    {
      what: 'large network on wrong labels: overfitting',
      of: (r) => Number(r.verdicts[1] === 'overfitting'),
      least: 1,
    },
    { what: 'fair network: good', of: (r) => Number(r.verdicts[2] === 'good'), least: 1 },
  ],
};
