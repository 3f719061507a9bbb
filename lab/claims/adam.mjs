import { adam, descend, optimizer } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: '52–53',
  claim:
    'Adam is RMSProp with momentum and corrects both moments for their start at 0: without that, the first steps would be three times as long.',
  program(seed) {
    const start = [2 + seed];
    const f = (x) => x.square().sum();
    const corrected = descend(f, adam({ learningRate: 0.01 }), { start, steps: 1 }).points;
    const plain = optimizer({
      state: ['s', 'r'],
      update({ theta, grad, state, learningRate }) {
        const s = state.s.mul(0.9).add(grad.mul(0.1));
        const r = state.r.mul(0.999).add(grad.square().mul(0.001));
        return { theta: theta.sub(s.div(r.sqrt().add(1e-8)).mul(learningRate)), state: { s, r } };
      },
    })({ learningRate: 0.01 });
    const uncorrected = descend(f, plain, { start, steps: 1 }).points;
    const step = (points) => points[0][0] - points[1][0];
    return { corrected: step(corrected) / 0.01, uncorrected: step(uncorrected) / 0.01 };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ corrected: r.corrected, 'not corrected': r.uncorrected })),
      { title: 'First step in units of ε' },
    ),
  margins: [
    { what: 'first step in units of ε', of: (r) => r.corrected, least: 0.999, most: 1.001 },
    { what: 'first step without the correction, 0.1/√0.001 = 3.16', of: (r) => r.uncorrected, least: 3.15, most: 3.17 },
  ],
};
