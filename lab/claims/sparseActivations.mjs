import { accuracy, activity, adam, crossEntropy, evaluate, fit, l1, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const LAMBDAS = [0, 0.003, 0.01, 0.03];

export default {
  slides: '15',
  claim: 'An L1 penalty on activations makes them sparse, at no cost in accuracy.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 600);
    const [active, right] = [[], []];
    for (const lambda of LAMBDAS) {
      const model = nn.sequential([nn.dense(64), nn.relu(), nn.activityPenalty(l1(lambda)), nn.dense(10)]);
      await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), epochs: 30, seed });
      active.push(activity(model, test).find(({ name }) => name === 'relu').active);
      right.push(evaluate(model, test, { metrics: accuracy() }).accuracy);
      model.dispose();
    }
    return { active, right };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [band('active units', found, (r) => r.active, LAMBDAS), band('accuracy', found, (r) => r.right, LAMBDAS)],
      { title: 'A penalty on activations', xLabel: 'λ', yLabel: 'share' },
    ),
  margins: [
    { what: 'active units with λ = 0.03 against none', of: (r) => r.active[3] / r.active[0], most: 0.5 },
    { what: 'change of the accuracy', of: (r) => r.right[3] - r.right[0], least: -0.02 },
  ],
};
