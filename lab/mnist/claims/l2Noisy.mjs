export default {
  claim: 'Against wrong labels L2 helps, and there is a best λ: more is worse again',
  kind: 'MLP',
  noisy: true,
  settings: ['none', 'l2_1e-4', 'l2_1e-3', 'l2_5e-3', 'l2_1e-2', 'l2_2e-2', 'l2_5e-2'],
  holds: (r) => [
    ['0.79 at least at 2e-2', r['l2_2e-2'].test >= 0.79],
    ['a weak one does nothing', r['l2_1e-4'].test < r['l2_2e-2'].test - 0.05],
    ['a strong one underfits', r['l2_5e-2'].test < r['l2_2e-2'].test - 0.05],
  ],
};
