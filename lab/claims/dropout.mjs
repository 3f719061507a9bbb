import { accuracy, adam, crossEntropy, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

const drop = (keep) => (keep < 1 ? [nn.dropout({ keep })] : []);

export default {
  slides: '24',
  preset: 'dropout',
  claim:
    'Dropout regularizes: with half of the hidden units the test loss falls. Inputs should be kept with a probability nearer to 1 than to ½.',
  torch:
    'MNIST, long form of the lab (test accuracy, Regulus and PyTorch 1.13): none 0.897 and 0.899, dropout 0.911 and 0.910.',
  async program(seed) {
    // A fifth of the labels is wrong, which a network without dropout learns by heart.
    const { train, test } = digitsOf(seed, 400, { wrong: 0.2 });
    const found = {};
    for (const [name, inputs, hidden] of [
      ['none', 1, 1],
      ['hidden ½', 1, 0.5],
      ['hidden ½, inputs 0.8', 0.8, 0.5],
      ['hidden ½, inputs ½', 0.5, 0.5],
    ]) {
      const model = nn.sequential([
        ...drop(inputs),
        nn.dense(128),
        nn.relu(),
        ...drop(hidden),
        nn.dense(128),
        nn.relu(),
        ...drop(hidden),
        nn.dense(10),
      ]);
      await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), epochs: 60, seed });
      const { loss, accuracy: right } = evaluate(model, test, { loss: crossEntropy(), metrics: accuracy() });
      found[name] = { loss, right };
      model.dispose();
    }
    return found;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => Object.fromEntries(Object.entries(r).map(([name, { loss }]) => [name, loss]))),
      { title: 'Test loss, 400 training rows with 20 % wrong labels' },
    ),
  margins: [
    {
      what: 'test loss with dropout of hidden units against none',
      of: (r) => r['hidden ½'].loss / r.none.loss,
      most: 0.95,
    },
    {
      what: 'test loss with inputs kept at 0.8 against ½',
      of: (r) => r['hidden ½, inputs 0.8'].loss / r['hidden ½, inputs ½'].loss,
      most: 1,
    },
    { what: 'accuracy with dropout minus none', of: (r) => r['hidden ½, inputs 0.8'].right - r.none.right, least: 0 },
  ],
};
