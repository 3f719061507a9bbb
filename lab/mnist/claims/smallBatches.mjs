export default {
  claim: 'Small batches regularize: their gradients are noisy, and minima that noise does not leave are wide',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'batch_10', 'batch_500'],
  holds: (r) => [
    ['batches of 10 better than of 500', r.batch_10.test >= r.batch_500.test + 0.003],
    ['and those of 50 in between', r.none.test > r.batch_500.test],
  ],
};
