import { descend, sgd, surfaces } from 'regulus';
import { last } from '../claim.mjs';

export default {
  slides: '43, 46',
  preset: 'two-wells',
  claim:
    'Momentum may roll through a local minimum and over the hill behind it, which gives some hope, but no guarantee.',
  program(seed) {
    const start = [1.7 + 0.1 * seed, 0.5];
    const end = (momentum, from = start) =>
      descend(surfaces.doubleWell.f, sgd({ learningRate: 0.01, momentum }), { start: from, steps: 500 });
    const starts = Array.from({ length: 11 }, (_, i) => [1 + 0.1 * i, 0.5]);
    const share = starts.filter((from) => last(end(0.9, from).points)[0] < 0).length / starts.length;
    return {
      plain: last(end(0).points)[0],
      heavy: last(end(0.9).points)[0],
      share,
      paths: [end(0).points, end(0.9).points],
    };
  },
  figure: (found, { pictures }) =>
    pictures.contours(surfaces.doubleWell, {
      paths: [
        { name: 'SGD', points: found[0].paths[0] },
        { name: 'momentum', points: found[0].paths[1] },
      ],
      title: 'Two wells',
    }),
  margins: [
    { what: 'x at the end of SGD (the local minimum is at 1)', of: (r) => r.plain, least: 0.99, most: 1.01 },
    { what: 'x at the end with momentum (the global minimum is at −1)', of: (r) => r.heavy, least: -1.01, most: -0.99 },
    {
      what: 'share of 11 starts from which it gets there: some hope, no guarantee',
      of: (r) => r.share,
      least: 0.1,
      most: 0.95,
    },
  ],
};
