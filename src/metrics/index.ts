/** Metrics: (outputs, targets) of a whole set → one number. */
export { accuracy } from './accuracy.js';
export { balancedAccuracy, f1, fBeta, type OfClassOptions, precision, recall } from './byClass.js';
export { type ConfusionMatrix, confusionMatrix } from './confusion.js';
export type { ConfiguredMetric, Metric } from './metric.js';
export { prAuc } from './prAuc.js';
export { r2 } from './r2.js';
export { mape, rmse } from './rmse.js';
export { rocAuc } from './rocAuc.js';
export { topK } from './topK.js';
