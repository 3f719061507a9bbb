export default {
  claim: 'Noise on the input raises accuracy, and robustness',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'noise_0.1', 'noise_0.3'],
  holds: (r) => [
    ['better', r['noise_0.3'].test > r.none.test],
    ['and under attack', r['noise_0.3'].fgsm > r.none.fgsm],
  ],
};
