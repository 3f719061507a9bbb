import { accuracy, crossEntropy, evaluate, fit, init, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'reading: Batch Normalization',
  preset: 'vanishing',
  claim: 'Deep networks of sigmoids, which saturate, train with batch normalization and hardly without.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 600);
    const right = async (normalize) => {
      const block = () => [
        nn.dense(32, { init: init.xavierNormal() }),
        ...(normalize ? [nn.batchNorm()] : []),
        nn.sigmoid(),
      ];
      const model = nn.sequential([...block(), ...block(), ...block(), ...block(), nn.dense(10)]);
      await fit(model, train, { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.5 }), epochs: 30, seed });
      return evaluate(model, test, { metrics: accuracy() }).accuracy;
    };
    return { plain: await right(false), normalized: await right(true) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r),
      { title: 'Accuracy of four layers of sigmoids' },
    ),
  margins: [
    { what: 'accuracy with batch normalization', of: (r) => r.normalized, least: 0.8 },
    { what: 'accuracy without', of: (r) => r.plain, most: 0.5 },
  ],
};
