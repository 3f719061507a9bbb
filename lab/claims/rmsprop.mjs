import { adagrad, adam, descend, rmsprop } from 'regulus';
import { band } from '../claim.mjs';

/** Steep at first, then a gentle bowl around 0. */
const slope = (x) => x.abs().sub(10).relu().square().mul(5).add(x.square().mul(0.05)).sum();

export default {
  slides: '50–51',
  preset: 'forgetting',
  claim:
    'AdaGrad makes its rate too small before it reaches the convex bowl; RMSProp forgets the steep past and converges there.',
  seen: 'Adam, which is not part of the statement, also remembers the steep past: with β₂ = 0.999 it is still far away after 300 updates.',
  program(seed) {
    const run = (optimizer) =>
      descend(slope, optimizer, { start: [20 + seed], steps: 300 }).points.map(([x]) => Math.abs(x));
    return {
      adagrad: run(adagrad({ learningRate: 0.3 })),
      rmsprop: run(rmsprop({ learningRate: 0.3 })),
      adam: run(adam({ learningRate: 0.3 })),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('AdaGrad', found, (r) => r.adagrad),
        band('RMSProp', found, (r) => r.rmsprop),
        band('Adam', found, (r) => r.adam),
      ],
      { title: 'Distance from the minimum', xLabel: 'update' },
    ),
  margins: [
    { what: 'distance of AdaGrad after 300 updates', of: (r) => r.adagrad[300], least: 5 },
    { what: 'distance of RMSProp', of: (r) => r.rmsprop[300], most: 1 },
  ],
};
