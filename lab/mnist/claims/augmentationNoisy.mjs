export default {
  claim: 'They help against wrong labels',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'augment'],
  holds: (r) => [['0.76 at least', r.augment.test >= 0.76]],
};
