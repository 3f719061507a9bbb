/** Optimizers, schedules and rules. */
export { adagrad, type AdagradOptions } from './adagrad.js';
export { adam, type AdamOptions } from './adam.js';
export { rule, type Rule, type RuleOptions } from './rule.js';
export { cosineDecay, cosineRestarts, oneCycle } from './cosine.js';
export { exponentialDecay, inverseTime, multiStep, polynomialDecay, stepDecay } from './decays.js';
export { cyclic, piecewise, warmup } from './pieces.js';
export { linearDecay, type LinearDecayOptions, type Rate, type Schedule } from './schedule.js';
export { sgd, type SgdOptions } from './sgd.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
