export default {
  claim: 'Images that are turned and shifted are worth more than any penalty',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'augment'],
  holds: (r) => [['2.5 points more', r.augment.test >= r.none.test + 0.025]],
};
