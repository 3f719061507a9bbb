import { crossEntropy, gradientNoise, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const SIZES = [1, 4, 16, 64, 256];

export default {
  slides: '28',
  preset: 'fan',
  claim: 'The standard error of the gradient is σ/√n: a hundred times as many examples make it ten times as accurate.',
  program(seed) {
    const { train } = digitsOf(seed, 800);
    const model = nn.sequential([nn.dense(16), nn.tanh(), nn.dense(10)]).build([64], { seed });
    const options = { loss: crossEntropy(), draws: 60, seed };
    const noise = gradientNoise(model, train, { ...options, batchSizes: SIZES });
    const [few, many] = gradientNoise(model, train, { ...options, draws: 30, batchSizes: [20, 2000] });
    return {
      errors: noise.map((n) => n.standardError),
      slope: noise.slope,
      ratio: few.standardError / many.standardError,
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('standard error', found, (r) => r.errors, SIZES)], {
      title: 'Noise of the gradient',
      xLabel: 'batch size',
      xLog: true,
      yLabel: '√E‖ĝ − g‖²',
      yLog: true,
    }),
  margins: [
    { what: 'slope in the logarithms (−½)', of: (r) => r.slope, least: -0.55, most: -0.45 },
    { what: 'error of 20 rows against 2,000', of: (r) => r.ratio, least: 8, most: 12.5 },
  ],
};
