/** `regulus/generalization`: does a model know more than its training set? */
export { type Comparison, compare, type Scored } from './compare.js';
export { crossValidate, type CrossValidateOptions, type CrossValidation } from './crossValidate.js';
export {
  type LearningCurve,
  learningCurve,
  type LearningCurveOptions,
  type LearningPoint,
  type PowerLaw,
} from './learningCurve.js';
export type { Build } from './trained.js';
