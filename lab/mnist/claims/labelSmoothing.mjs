export default {
  claim: 'Label smoothing raises the accuracy, and lowers it under attack',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'label_smooth_0.1'],
  holds: (r) => [
    ['better', r['label_smooth_0.1'].test > r.none.test],
    ['worse under attack', r['label_smooth_0.1'].fgsm < r.none.fgsm],
  ],
};
