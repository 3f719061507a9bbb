/** Optimizers, schedules and rules. */
export { adadelta, type AdadeltaOptions } from './adadelta.js';
export { adagrad, type AdagradOptions } from './adagrad.js';
export { adam, type AdamOptions } from './adam.js';
export { adamax, type AdamaxOptions } from './adamax.js';
export { adamw, type AdamwOptions } from './adamw.js';
export { lion, type LionOptions } from './lion.js';
export { nadam, type NadamOptions } from './nadam.js';
export { optimizer, type OwnOptimizer, type OwnVectors } from './own.js';
export { radam, type RadamOptions } from './radam.js';
export { type Monitor, type PlateauState, reduceOnPlateau, type ReduceOnPlateauOptions } from './reduceOnPlateau.js';
export { rmsprop, type RmspropOptions } from './rmsprop.js';
export { rule, type Rule, type RuleOptions } from './rule.js';
export { cosineDecay, cosineRestarts, oneCycle } from './cosine.js';
export { exponentialDecay, inverseTime, multiStep, polynomialDecay, stepDecay } from './decays.js';
export { cyclic, piecewise, warmup } from './pieces.js';
export { linearDecay, type LinearDecayOptions, type Rate, type Schedule } from './schedule.js';
export { sgd, type SgdOptions } from './sgd.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
