/** Diagnoses of models and trainings. */
export { activity, type LayerActivity } from './activity.js';
export { type Capacity, capacityCurve, type CapacityCurveOptions } from './capacityCurve.js';
export {
  type ClassificationReport,
  classificationReport,
  type ClassScores,
  type Mistake,
  mistakes,
} from './classification.js';
export { diagnose, type Diagnosis, type HeadDiagnosis } from './diagnose.js';
export { criticalPoint, type CriticalPoint } from './criticalPoint.js';
export {
  compareOptimizers,
  type ComparedOptimizer,
  type ComparedRun,
  type CompareOptimizersOptions,
  type OptimizerComparison,
} from './compareOptimizers.js';
export {
  earlyStoppingAsL2,
  type EarlyStoppingAsL2,
  type EarlyStoppingAsL2Options,
  type ShrunkDirection,
} from './earlyStoppingAsL2.js';
export { descend, type DescendOnDataOptions, type DescendOptions, type Descent } from './descend.js';
export type { TrainingEngine } from './engine.js';
export { gradientCheck } from './gradientCheck.js';
export { gradientNoise, type GradientNoise, type GradientNoiseOptions } from './gradientNoise.js';
export { inspectInitialization, type LayerInspection } from './inspectInitialization.js';
export {
  learningRateRange,
  type LearningRateRange,
  type LearningRateRangeOptions,
} from './learningRateRange.js';
export type { Learner } from './learner.js';
export { lossLandscape, type LossLandscape, type LossLandscapeOptions } from './lossLandscape.js';
export { adversarialExample, type AdversarialExample, robustAccuracy } from './robustness.js';
export { monteCarlo } from './monteCarlo.js';
export { regularizationPath, type Regularized } from './regularizationPath.js';
export type { Candidate, TrainAndValidation } from './series.js';
export { sharpness, type SharpnessOptions } from './sharpness.js';
export { sparsity, type Sparsity } from './sparsity.js';
