export default {
  claim: 'L2 and dropout together are better than each',
  kind: 'MLP',
  noisy: true,
  settings: ['dropout', 'l2_1e-2', 'l2_1e-2+dropout'],
  holds: (r) => [
    ['better than dropout', r['l2_1e-2+dropout'].test > r.dropout.test],
    ['better than L2', r['l2_1e-2+dropout'].test > r['l2_1e-2'].test],
  ],
};
