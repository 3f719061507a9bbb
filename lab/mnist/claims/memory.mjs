export default {
  claim: 'A large network learns 30 % wrong labels by heart',
  kind: 'MLP',
  noisy: true,
  settings: ['none'],
  holds: (r) => [
    ['it is right on its own labels', r.none.train > 0.98],
    ['and on a quarter less of the test', r.none.test < 0.78],
  ],
};
