/** `regulus/generalization`: does a model generalize? */
export { type LabelIssue, labelIssues, type LabelIssues } from './labelIssues.js';
export { reliability, type Quality, type Reliability, type ReliabilityBin } from './reliability.js';
export { type Calibrated, calibrate } from './calibrate.js';
export { type Conformal, conformal } from './conformal.js';
export { type AuditedParts, type AuditOptions, audit, type Finding, type FindingKind } from './audit.js';
