export default {
  claim: 'and more so where labels are wrong',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'dropout'],
  holds: (r) => [['0.76 at least', r.dropout.test >= 0.76]],
};
