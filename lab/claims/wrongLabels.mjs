import { adam, crossEntropy, nn } from 'regulus';
import { crossValidate, labelIssues } from 'regulus/generalization';
import { digitsOf, wrongLabels } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'beyond: does it generalize?',
  claim: 'Labels that are wrong are found by models that have not seen them.',
  seen: 'About three quarters of the wrong labels are found, a little fewer than the margin asks for, and nine of ten findings are right.',
  async program(seed) {
    const { train } = digitsOf(seed, 800);
    const noisy = wrongLabels(train, 0.1, seed);
    const { outOfFold } = await crossValidate(() => nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]), noisy, {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.005 }),
      epochs: 20,
      folds: 4,
      seed,
    });
    const { issues, noiseRate } = labelIssues(outOfFold, [...noisy.y]);
    const wrong = new Set([...noisy.y.keys()].filter((i) => noisy.y[i] !== train.y[i]));
    const hits = issues.filter(({ row }) => wrong.has(row)).length;
    return { recall: hits / wrong.size, precision: hits / issues.length, noiseRate, truth: wrong.size / 800 };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'wrong labels found': r.recall, 'findings that are wrong': r.precision })),
      { title: 'A tenth of the labels is wrong' },
    ),
  margins: [
    { what: 'share of the wrong labels that are found', of: (r) => r.recall, least: 0.8 },
    { what: 'share of the findings that are wrong labels', of: (r) => r.precision, least: 0.7 },
    { what: 'estimated against true share of wrong labels', of: (r) => r.noiseRate / r.truth, least: 0.7, most: 1.4 },
  ],
};
