export default {
  claim: 'Training on attacked images makes a network robust, and better',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'adv_0.1'],
  holds: (r) => [
    ['a point more', r['adv_0.1'].test >= r.none.test + 0.01],
    ['0.55 at least under attack', r['adv_0.1'].fgsm >= 0.55],
    ['where the plain one has 0.25 at most', r.none.fgsm <= 0.25],
  ],
};
