export default {
  claim: 'also with wrong labels',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'noise_0.3'],
  holds: (r) => [['a point more', r['noise_0.3'].test > r.none.test + 0.01]],
};
