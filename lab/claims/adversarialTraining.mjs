import {
  accuracy,
  adam,
  adversarial,
  crossEntropy,
  evaluate,
  fgsm,
  fit,
  grad,
  nn,
  robustAccuracy,
  tensor,
} from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: '26',
  claim: 'Training on such examples makes a network locally constant: small changes of the input matter less.',
  torch:
    'MNIST, long form of the lab (accuracy under attack at ε = 0.1, Regulus and PyTorch 1.13): plain 0.142 and 0.138, adversarial 0.685 and 0.680.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 800);
    const loss = crossEntropy();
    const attack = fgsm({ epsilon: 0.1, clip: [0, 1] });
    const found = {};
    for (const [name, more] of [
      ['plain', {}],
      ['adversarial', { adversarial: adversarial({ attack }) }],
    ]) {
      const model = nn.sequential([nn.dense(64), nn.relu(), nn.dense(10)]);
      await fit(model, train, { loss, optimizer: adam({ learningRate: 0.003 }), epochs: 40, seed, ...more });
      const rows = test.take(100);
      const pixels = tensor(
        Float32Array.from(rows.x, (v) => v / 16),
        [100, 64],
      );
      const slope = grad((x) => loss(model(x), [...rows.y]))(pixels);
      found[name] = {
        clean: evaluate(model, test, { metrics: accuracy() }).accuracy,
        attacked: robustAccuracy(model, test, attack, { loss }),
        slope: Math.sqrt(slope.data().reduce((sum, g) => sum + g * g, 0)),
      };
    }
    return found;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({
        'plain, clean': r.plain.clean,
        'plain, attacked': r.plain.attacked,
        'adversarial, clean': r.adversarial.clean,
        'adversarial, attacked': r.adversarial.attacked,
      })),
      { title: 'Accuracy, ε = 0.1' },
    ),
  margins: [
    { what: 'accuracy under attack, gain', of: (r) => r.adversarial.attacked - r.plain.attacked, least: 0.15 },
    { what: 'accuracy without an attack, change', of: (r) => r.adversarial.clean - r.plain.clean, least: -0.02 },
    { what: '‖∂J/∂x‖ against the plain network', of: (r) => r.adversarial.slope / r.plain.slope, most: 0.8 },
  ],
};
