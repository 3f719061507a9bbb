export default {
  claim: 'and of a convolutional one',
  kind: 'CNN',
  noisy: false,
  settings: ['none', 'dropout'],
  holds: (r) => [['half a point more', r.dropout.test >= r.none.test + 0.005]],
};
