export default {
  claim: 'Convolutions gain by them too',
  kind: 'CNN',
  noisy: false,
  settings: ['none', 'augment'],
  holds: (r) => [['1 point more', r.augment.test >= r.none.test + 0.01]],
};
