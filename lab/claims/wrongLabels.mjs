import { accuracy, adam, crossEntropy, earlyStopping, evaluate, fit, nn } from 'regulus';
import { crossValidate, labelIssues } from 'regulus/generalization';
import { digitsOf, wrongLabels } from '../data.mjs';
import { bars } from '../claim.mjs';

const build = () =>
  nn.sequential([nn.dropout({ keep: 0.8 }), nn.dense(128), nn.relu(), nn.dropout({ keep: 0.5 }), nn.dense(10)]);

export default {
  slides: 'beyond: does it generalize?',
  claim:
    'Labels that are wrong are found by models that have not seen them. Without the rows that they find, a network is as good as one that is stopped early, or better.',
  async program(seed) {
    const clean = digitsOf(seed, 1000);
    // Nobody knows which labels are right, in the validation set neither.
    const train = wrongLabels(clean.train, 0.3, seed);
    const validation = wrongLabels(clean.validation, 0.3, seed + 1);
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.002 }), epochs: 20, seed };
    const right = (model) => evaluate(model, clean.test, { metrics: accuracy() }).accuracy;
    const trained = async (rows, more) => {
      const model = build();
      await fit(model, rows, { ...options, ...more });
      return right(model);
    };
    const { outOfFold } = await crossValidate(build, train, { ...options, folds: 5 });
    const { issues, noiseRate } = labelIssues(outOfFold, [...train.y]);
    const isWrong = (row) => train.y[row] !== clean.train.y[row];
    const found = new Set(issues.map(({ row }) => row));
    const rows = [...train.y.keys()];
    const [wrong, hits] = [rows.filter(isWrong).length, [...found].filter(isWrong).length];
    const late = { ...options, epochs: 100 };
    return {
      precision: hits / found.size,
      recall: hits / wrong,
      noise: noiseRate / (wrong / train.size),
      right: {
        'all rows': await trained(train, late),
        'stopped early': await trained(train, { ...late, validation, stop: earlyStopping({ patience: 8 }) }),
        'without what was found': await trained(train.rows(rows.filter((row) => !found.has(row))), late),
      },
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r.right),
      { title: 'Accuracy on new digits; 30 % of the training labels are wrong' },
    ),
  margins: [
    { what: 'share of the findings that are wrong labels', of: (r) => r.precision, least: 0.9 },
    { what: 'share of the wrong labels that are found', of: (r) => r.recall, least: 0.75 },
    { what: 'estimated against true share of wrong labels', of: (r) => r.noise, least: 0.8, most: 1.25 },
    {
      what: 'accuracy without them minus that of early stopping',
      of: (r) => r.right['without what was found'] - r.right['stopped early'],
      least: 0,
    },
  ],
};
