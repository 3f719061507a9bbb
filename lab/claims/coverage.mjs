import { adam, crossEntropy, fit, nn } from 'regulus';
import { conformal } from 'regulus/generalization';
import { digitsOf } from '../data.mjs';
import { bars, mean } from '../claim.mjs';

export default {
  slides: 'beyond: does it generalize?',
  claim: 'Conformal sets hold the truth in the promised share of new rows, however good the model is.',
  async program(seed) {
    const { train, validation, test } = digitsOf(seed, 200);
    const covered = async (epochs) => {
      const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(10)]);
      await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.005 }), epochs, seed });
      const sets = conformal(model, validation, { alpha: 0.1 }).predict(test);
      return {
        share: mean(sets.map((set, i) => Number([...set].map(Number).includes(test.y[i])))),
        size: mean(sets.map((set) => set.length)),
      };
    };
    return { poor: await covered(2), good: await covered(40) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'poor model': r.poor.share, 'good model': r.good.share })),
      { title: 'Share of sets that hold the truth' },
    ),
  margins: [
    { what: 'coverage of a poor model, promised 0.9', of: (r) => r.poor.share, least: 0.86 },
    { what: 'coverage of a good model', of: (r) => r.good.share, least: 0.86 },
    { what: 'classes in a set, good against poor', of: (r) => r.good.size / r.poor.size, most: 0.7 },
  ],
};
