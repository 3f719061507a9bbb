export default {
  claim: 'Stopping early lowers the test loss',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'early_stop'],
  holds: (r) => [['a tenth less loss', r.early_stop.nll <= 0.9 * r.none.nll]],
};
