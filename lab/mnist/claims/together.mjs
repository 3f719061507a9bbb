export default {
  claim: 'What works adds up',
  kind: 'MLP',
  noisy: false,
  settings: ['augment', 'dropout', 'dropout+augment'],
  holds: (r) => [
    [
      'better than each',
      r['dropout+augment'].test > r.augment.test - 0.002 && r['dropout+augment'].test > r.dropout.test,
    ],
    ['and the least loss', r['dropout+augment'].nll < Math.min(r.augment.nll, r.dropout.nll)],
  ],
};
