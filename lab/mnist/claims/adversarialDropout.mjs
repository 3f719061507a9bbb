export default {
  claim: 'together with dropout',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'dropout', 'adv+dropout'],
  holds: (r) => [
    ['better than dropout alone', r['adv+dropout'].test >= r.dropout.test],
    ['0.5 at least under attack', r['adv+dropout'].fgsm >= 0.5],
  ],
};
