import { init, inspectInitialization, nn, randomGenerator } from 'regulus';
import { band } from '../claim.mjs';

const DEPTH = 20;

export default {
  slides: '66–70',
  preset: 'sinking',
  claim: 'Xavier’s weights keep tanh alive through many layers, but not ReLU; Kaiming’s keep ReLU alive.',
  program(seed) {
    const x = randomGenerator(seed + 1).normal([64, 128]);
    const through = (weights, activation) => {
      const model = nn
        .sequential(Array.from({ length: DEPTH }, () => [nn.dense(128, { init: weights }), activation()]).flat())
        .build([128], { seed });
      return inspectInitialization(model, x)
        .filter((_, i) => i % 2 === 1)
        .map(({ std }) => std);
    };
    const most = (weights) => {
      const values = nn
        .sequential([nn.dense(60, { init: weights })])
        .build([200], { seed })
        .parameters()[0]
        .get();
      return {
        most: values.reduce((a, w) => Math.max(a, Math.abs(w)), 0),
        variance: values.reduce((a, w) => a + w * w, 0) / values.length,
      };
    };
    return {
      tanh: through(init.xavierNormal(), nn.tanh),
      relu: through(init.xavierNormal(), nn.relu),
      kaiming: through(init.kaimingNormal(), nn.relu),
      bounds: [
        most(init.xavierUniform()).most / Math.sqrt(6 / 260),
        most(init.kaimingUniform()).most / Math.sqrt(6 / 200),
      ],
      variances: [most(init.xavierNormal()).variance / (2 / 260), most(init.kaimingNormal()).variance / (2 / 200)],
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('Xavier, tanh', found, (r) => r.tanh),
        band('Xavier, ReLU', found, (r) => r.relu),
        band('Kaiming, ReLU', found, (r) => r.kaiming),
      ],
      { title: 'Standard deviation of the outputs', xLabel: 'layer', yLog: true },
    ),
  margins: [
    { what: 'deviation at layer 20, Xavier with tanh', of: (r) => r.tanh[19], least: 0.1 },
    { what: 'deviation at layer 20, Xavier with ReLU', of: (r) => r.relu[19], most: 0.01 },
    { what: 'deviation at layer 20, Kaiming with ReLU', of: (r) => r.kaiming[19], least: 0.1, most: 3 },
    {
      what: 'largest uniform weight against √(6/(m + n)) and √(6/m)',
      of: (r) => Math.min(...r.bounds),
      least: 0.998,
      most: 1.000001,
    },
    { what: 'variances against 2/(m + n) and 2/m', of: (r) => r.variances[0] * r.variances[1], least: 0.9, most: 1.1 },
  ],
};
