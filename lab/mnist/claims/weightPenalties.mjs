export default {
  claim: 'Penalties of weights do not raise the accuracy on clean labels; they lower the test loss',
  kind: 'MLP',
  noisy: false,
  settings: ['none', 'l2_1e-4', 'l2_1e-3', 'l2_1e-2', 'l1_1e-5', 'l1_1e-4', 'l1_1e-3'],
  holds: (r) => [
    ['L2: a tenth less loss', r['l2_1e-3'].nll <= 0.9 * r.none.nll],
    ['L1 too', r['l1_1e-4'].nll <= 0.9 * r.none.nll],
    [
      'weights are smaller the larger λ is',
      r['l2_1e-2'].norm < r['l2_1e-3'].norm && r['l2_1e-3'].norm < r['l2_1e-4'].norm && r['l2_1e-4'].norm < r.none.norm,
    ],
  ],
};
