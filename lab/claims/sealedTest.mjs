import {
  accuracy,
  adam,
  capacityCurve,
  crossEntropy,
  datasets,
  earlyStopping,
  evaluate,
  fit,
  kFold,
  learningRateRange,
  LeakageError,
  nn,
  split,
  standardize,
} from 'regulus';

export default {
  slides: '20',
  claim: 'The test set must not be used to select a model; a validation set may.',
  async program(seed) {
    const { train, validation, test } = split(datasets.moons({ n: 200, noise: 0.2, seed }), { seed });
    const build = () => nn.sequential([nn.dense(8), nn.relu(), nn.dense(2)]);
    const options = { loss: crossEntropy(), optimizer: adam(), epochs: 2, seed };
    const ways = [
      () => fit(build(), test, options),
      () => fit(build(), train, { ...options, validation: test }),
      () => fit(build(), train, { ...options, validation: test, stop: earlyStopping() }),
      () => capacityCurve(build, [1], { train, validation: test }, options),
      () => learningRateRange(build(), test, { loss: crossEntropy(), steps: 5 }),
      () => standardize.fit(test),
      () => kFold(test, 3),
      () => fit(build(), train, { ...options, validation: train }),
    ];
    let refused = 0;
    for (const way of ways)
      try {
        await way();
      } catch (error) {
        refused += Number(error instanceof LeakageError);
      }
    const model = build();
    await fit(model, train, { ...options, validation });
    return { refused, judged: evaluate(model, test, { metrics: accuracy() }).accuracy, opened: test.opened };
  },
  margins: [
    {
      what: 'of eight ways to select with the test set, or with the training set itself, those that are refused',
      of: (r) => r.refused,
      least: 8,
    },
    { what: 'how often the test set was opened in the end', of: (r) => r.opened, least: 1, most: 1 },
  ],
};
