/** Training and evaluation. */
export type { Drawing } from './drawings.js';
export type { Models, Objective, ObjectiveContext } from './objective.js';
export type { BatchTree, ObjectiveOptions, ObjectiveStep, TensorTree } from './objectiveStep.js';
export { embed, type EmbedOptions } from './embed.js';
export { evaluate, type EvaluateOptions } from './evaluate.js';
export { fit, fitEpochs } from './fit.js';
export type { Checkpoint, FitOptions, Progress, StepRecord } from './fitOptions.js';
export type { EpochRecord, RowCounts, Scatter, Scores } from './history.js';
export type { OneOrMany } from './lists.js';
export type { Best, Resumed, Retrained, Run, Stopped } from './run.js';
export type { Losses, LossWeights, Metrics } from './tasks.js';
export { type StepOptions, type StepRecipe, type StepTargets, trainStep, type TrainStep } from './trainStep.js';
export type { Judged, Verdict } from './verdict.js';
