/** Ready models: fitted in one synchronous call. */
export { lasso, type LassoOptions } from './lasso.js';
export type { LinearModel } from './linear.js';
export { type LogisticRegression, logisticRegression, type LogisticRegressionOptions } from './logisticRegression.js';
export { type NearestNeighbors, nearestNeighbors } from './nearestNeighbors.js';
export { ridge, type RidgeOptions } from './ridge.js';
