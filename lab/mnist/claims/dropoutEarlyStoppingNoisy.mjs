export default {
  claim: 'best with dropout',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'dropout+early_stop'],
  holds: (r) => [['0.82 at least', r['dropout+early_stop'].test >= 0.82]],
};
