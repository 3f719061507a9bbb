/** Training and evaluation. */
export { evaluate, type EvaluateOptions } from './evaluate.js';
export { fit, fitEpochs, type FitOptions, type Progress, type StepRecord } from './fit.js';
export type { EpochRecord, Scores } from './history.js';
export type { Some } from './recipe.js';
export type { Best, Run, Stopped } from './run.js';
export { trainStep, type TrainStep } from './trainStep.js';
