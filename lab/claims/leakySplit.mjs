import { nearestNeighbors, split } from 'regulus';
import { audit } from 'regulus/generalization';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'beyond: does it generalize?',
  claim: 'A split with rows in both parts promises too much, and an audit unmasks it.',
  program(seed) {
    const { train } = digitsOf(seed, 300, { wrong: 0.2 });
    const twice = train.concat(train.take(150));
    const leaky = split(twice, { seed, train: 0.6, validation: 0.1, test: 0.3 });
    const right = (a, b) =>
      nearestNeighbors()
        .fit(a)
        .predict(b)
        .data()
        .reduce((sum, label, i) => sum + Number(label === b.y[i]), 0) / b.size;
    const clean = split(train, { seed, train: 0.6, validation: 0.1, test: 0.3 });
    const found = (parts) =>
      audit({ train: parts.train, test: parts.test }).some(({ kind }) => /duplicate/i.test(kind));
    return {
      leaky: right(leaky.train, leaky.test),
      clean: right(clean.train, clean.test),
      unmasked: Number(found(leaky)),
      quiet: Number(!found(clean)),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'rows in both parts': r.leaky, 'clean split': r.clean })),
      { title: 'Accuracy that a split promises' },
    ),
  margins: [
    { what: 'accuracy that the leaky split promises, minus the true one', of: (r) => r.leaky - r.clean, least: 0.05 },
    { what: 'the audit finds it', of: (r) => r.unmasked, least: 1 },
    { what: 'and finds nothing in the clean split', of: (r) => r.quiet, least: 1 },
  ],
};
