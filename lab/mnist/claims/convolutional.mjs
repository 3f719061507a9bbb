export default {
  claim: 'With convolutions the order is the same: labels smoothed, stopped early, normalized, noisy, penalized',
  kind: 'CNN',
  noisy: false,
  settings: [
    'none',
    'l2_1e-3',
    'l2_1e-2',
    'l1_1e-4',
    'early_stop',
    'label_smooth_0.1',
    'noise_0.3',
    'batchnorm',
    'dropout+augment',
  ],
  holds: (r) => [
    ['dropout and augmentation are the best', r['dropout+augment'].test >= r.none.test + 0.015],
    ['L2 has the lower loss', r['l2_1e-3'].nll < r.none.nll],
  ],
};
