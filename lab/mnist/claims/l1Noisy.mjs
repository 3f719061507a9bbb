export default {
  claim: 'and so does L1',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'l1_1e-4', 'l1_3e-4', 'l1_1e-3', 'l1_3e-3'],
  holds: (r) => [['0.74 at least at 3e-3', r['l1_3e-3'].test >= 0.74]],
};
