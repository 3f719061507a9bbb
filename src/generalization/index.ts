/** `regulus/generalization`: does a model know more than its training set? */
export { type Comparison, compare, type Scored } from './compare.js';
export { type AuditedParts, type AuditOptions, audit, type Finding, type FindingKind } from './audit.js';
export { type Calibrated, calibrate } from './calibrate.js';
export { type Conformal, conformal, type ConformalOptions } from './conformal.js';
export { type LabelIssue, labelIssues, type LabelIssues } from './labelIssues.js';
export { type Quality, type Reliability, type ReliabilityBin, reliability } from './reliability.js';
export { type Importance, type ImportanceOptions, importance } from './importance.js';
export { type Shift, type ShiftedColumn, type ShiftOptions, shift } from './shift.js';
export { type Answered, type Confusion, type Interpretation, interpret, type Segment } from './interpret.js';
export { type Check, type Preflight, type PreflightOptions, preflight } from './preflight.js';
export { crossValidate, type CrossValidateOptions, type CrossValidation } from './crossValidate.js';
export { nestedCrossValidate, type NestedCrossValidation, type NestedOptions } from './nested.js';
export {
  type LearningCurve,
  learningCurve,
  type LearningCurveOptions,
  type LearningPoint,
  type PowerLaw,
} from './learningCurve.js';
export type { Build } from './trained.js';
export {
  type Generalization,
  generalization,
  type GeneralizationOptions,
  type GeneralizationParts,
} from './report.js';
export type { ReportLine, ReportSection } from './sections.js';
/** @internal For workers of regulus/sweep. */
export { TRAININGS } from './trainings.js';
