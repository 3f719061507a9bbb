import { dataset, randomGenerator, ridge, split } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: 'beyond: does it generalize?',
  claim: 'A series that is split at random promises too much; a split in time does not.',
  program(seed) {
    // A random walk, predicted by its time: neighbours in time are alike.
    const steps = randomGenerator(seed + 3)
      .normal([400])
      .data();
    let level = 0;
    const y = Array.from(steps, (step) => {
      level += step;
      return [level];
    });
    const x = y.map((_, i) => Array.from({ length: 12 }, (__, j) => Math.max(0, i / 400 - j / 12)));
    const data = dataset({ x, y });
    const error = ({ train, test }) =>
      ridge({ lambda: 1e-4 })
        .fit(train)
        .predict(test)
        .data()
        .reduce((sum, v, i) => sum + (v - test.y[i]) * (v - test.y[i]), 0) / test.size;
    const shares = { train: 0.6, validation: 0.1, test: 0.3 };
    return {
      random: error(split(data, { ...shares, seed })),
      inTime: error(split(data, { ...shares, order: 'time' })),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'random split': r.random, 'split in time': r.inTime })),
      { title: 'Mean squared error of a series' },
    ),
  margins: [
    { what: 'error in time against the error that a random split promises', of: (r) => r.inTime / r.random, least: 3 },
  ],
};
