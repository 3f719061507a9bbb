/** Metrics: (outputs, targets) of a whole set → one number. */
export { accuracy } from './accuracy.js';
export { type ConfusionMatrix, confusionMatrix, f1, precision, recall } from './confusion.js';
export type { ConfiguredMetric, Metric } from './metric.js';
export { r2 } from './r2.js';
export { rocAuc } from './rocAuc.js';
export { topK } from './topK.js';
