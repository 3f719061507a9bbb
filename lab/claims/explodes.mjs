import { init, inspectInitialization, nn, randomGenerator } from 'regulus';
import { band } from '../claim.mjs';

const DEPTH = 12;

export default {
  slides: '63–65',
  preset: 'avalanche',
  claim:
    'Weights from N(0, 1) explode from layer to layer; a hundredth of them vanishes, and U(±1/√m) vanishes more slowly.',
  program(seed) {
    const x = randomGenerator(seed + 1).normal([64, 128]);
    const through = (weights, activation) => {
      const model = nn
        .sequential(
          Array.from({ length: DEPTH }, () => [
            nn.dense(128, { init: weights }),
            ...(activation ? [activation()] : []),
          ]).flat(),
        )
        .build([128], { seed });
      const layers = inspectInitialization(model, x);
      return {
        std: layers.filter((_, i) => !activation || i % 2 === 1).map(({ std }) => std),
        verdict: layers.at(-1).verdict,
      };
    };
    const [large, small, uniform] = [
      through(init.normal({ std: 1 })),
      through(init.normal({ std: 0.01 })),
      through(init.uniform({ limit: 1 / Math.sqrt(128) }), nn.tanh),
    ];
    return { large: large.std, small: small.std, uniform: uniform.std, verdicts: [large.verdict, small.verdict] };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('N(0, 1)', found, (r) => r.large),
        band('N(0, 1) × 0.01', found, (r) => r.small),
        band('U(±1/√m), tanh', found, (r) => r.uniform),
      ],
      { title: 'Standard deviation of the outputs', xLabel: 'layer', yLog: true },
    ),
  margins: [
    {
      what: 'growth by layer with N(0, 1), of √128',
      of: (r) => r.large[8] / r.large[7] / Math.sqrt(128),
      least: 0.8,
      most: 1.2,
    },
    {
      what: 'shrinkage by layer with a hundredth, of √128/100',
      of: (r) => (100 * (r.small[8] / r.small[7])) / Math.sqrt(128),
      least: 0.8,
      most: 1.2,
    },
    { what: 'deviation at layer 12 with U(±1/√m) and tanh', of: (r) => r.uniform[11], most: 0.01 },
    { what: 'verdicts: explodes, vanishes', of: (r) => Number(r.verdicts.join() === 'explodes,vanishes'), least: 1 },
  ],
};
