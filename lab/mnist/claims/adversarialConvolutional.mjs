export default {
  claim: 'also with convolutions',
  kind: 'CNN',
  noisy: false,
  settings: ['none', 'adv_0.1'],
  holds: (r) => [['10 points more under attack', r['adv_0.1'].fgsm >= r.none.fgsm + 0.1]],
};
