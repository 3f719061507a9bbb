import { adam, crossEntropy, fit, nn } from 'regulus';
import { calibrate, reliability } from 'regulus/generalization';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'beyond: does it generalize?',
  claim: 'An overfitted network is too sure of itself; dividing its outputs by a temperature mends that.',
  async program(seed) {
    const { train, validation, test } = digitsOf(seed, 600, { wrong: 0.3 });
    // So many passes over labels of which three in ten are wrong learn those by heart.
    const model = nn.sequential([nn.dense(128), nn.relu(), nn.dense(128), nn.relu(), nn.dense(10)]);
    await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), epochs: 200, seed });
    const found = calibrate(model, validation);
    const ece = (m) => reliability(m.classify(test).probabilities, [...test.y]).ece;
    return { temperature: found.temperature, before: ece(model), after: ece(found.model) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, ({ before, after }) => ({ before, after })),
      { title: 'Expected error of the confidence on new digits' },
    ),
  margins: [
    { what: 'temperature', of: (r) => r.temperature, least: 1.2 },
    { what: 'error of the confidence on new digits, after against before', of: (r) => r.after / r.before, most: 0.6 },
  ],
};
