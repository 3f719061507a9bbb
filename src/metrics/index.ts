/** Metrics: (outputs, targets) of a whole set → one number. */
export { accuracy, type Metric } from './accuracy.js';
