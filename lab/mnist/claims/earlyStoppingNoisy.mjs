export default {
  claim: 'and keeps a network from learning wrong labels',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'early_stop'],
  holds: (r) => [['0.79 at least', r.early_stop.test >= 0.79]],
};
