// The claims in the order of the lecture; each name is a file in this folder.

export const PARTS = [
  {
    title: 'Underfitting and overfitting',
    names: ['capacity', 'units', 'diagnosis', 'nearestNeighbor', 'doubleDescent'],
  },
  {
    title: 'Regularization: penalties',
    names: ['penaltyTradeoff', 'weightDecay', 'polynomialClassifier', 'sparse', 'corners', 'sparseActivations'],
  },
  {
    title: 'Regularization: data, noise and tasks',
    names: ['moreData', 'augmentation', 'weightNoise', 'labelSmoothing', 'multiTask'],
  },
  {
    title: 'Regularization: early stopping, dropout, adversarial training',
    names: [
      ...['sealedTest', 'earlyStopping', 'earlyStoppingAsL2', 'retrain'],
      ...['dropoutRate', 'dropout', 'dropoutScaling', 'adversarialExamples', 'adversarialTraining'],
    ],
  },
  {
    title: 'Optimization: batches and risks',
    names: [...['sumOverExamples', 'standardError', 'deterministic', 'batchMemory', 'smallBatches', 'empiricalRisk']],
  },
  {
    title: 'Optimization: what is difficult',
    names: ['localMinima', 'saddles', 'plateauSaddleMinimum', 'cliff'],
  },
  {
    title: 'Optimization: descent, rates and momentum',
    names: [...['stochasticPath', 'rateDecay', 'rateFormula', 'initialRate', 'momentum', 'velocity', 'overTheHill']],
  },
  {
    title: 'Optimization: adaptive rates',
    names: ['adagrad', 'rmsprop', 'adam', 'formulas', 'race'],
  },
  {
    title: 'Batch normalization',
    names: ['covariateShift', 'batchNormTransform', 'batchNorm', 'batchNormRegularizes', 'smoothLandscape'],
  },
  { title: 'Initialization', names: ['convex', 'symmetry', 'explodes', 'xavier'] },
  {
    title: 'Suggested reading',
    names: [
      ...['monteCarloDropout', 'lassoPath', 'tikhonov', 'optimalMomentum', 'averagedSgd', 'momentumSchedule'],
      'deepSigmoids',
    ],
  },
  {
    title: 'Beyond the lecture: does it generalize?',
    names: ['wrongLabels', 'leakySplit', 'coverage', 'calibration', 'timeSplit'],
  },
];
