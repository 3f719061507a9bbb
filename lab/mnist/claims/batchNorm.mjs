export default {
  claim: 'Batch normalization regularizes: a lower test loss, not a higher accuracy',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'batchnorm'],
  holds: (r) => [
    ['a tenth less loss', r.batchnorm.nll <= 0.9 * r.none.nll],
    ['less robust', r.batchnorm.fgsm < r.none.fgsm],
  ],
};
