export default {
  claim: 'Dropout raises the accuracy of a network that has learned all its rows',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'dropout'],
  holds: (r) => [['half a point more', r.dropout.test >= r.none.test + 0.005]],
};
