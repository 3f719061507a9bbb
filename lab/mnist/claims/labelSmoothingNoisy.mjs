export default {
  claim: 'Against wrong labels it does not help in this setting',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'label_smooth_0.1', 'label_smooth_0.5'],
  holds: (r) => [['3 points more at most', r['label_smooth_0.1'].test < r.none.test + 0.03]],
};
