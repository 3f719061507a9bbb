import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import type { Units } from './units.js';

/** The interface by which training and evaluation reach the model of a pipeline, and the numbers that it takes. */
export const RAW = Symbol('raw');
export const FITTED = Symbol('fitted');
export const TOLD = Symbol('told');
/** The loss and the metrics of a training or an evaluation. */
interface Aims {
  readonly loss?: object;
  readonly metrics?: object;
}
export interface Raw {
  /** Applies the pipeline's steps to a set. */
  readonly [RAW]: (where: string, data: Dataset) => Dataset;
  /** Fits the steps that are not fitted yet to a training set. The pipeline is unchanged until `keep` of the result is called. */
  readonly [FITTED]: (where: string, train: Dataset) => Fitted;
  /** The model behind the steps. */
  readonly model: AnyModel;
  /** The scaling of the target that the model learns, if any. */
  readonly units?: Units;
  /** The same losses and metrics, reported in the target's own units. */
  readonly [TOLD]: <T extends Aims>(where: string, aims: T) => T;
}
/** The result of fitting a pipeline's steps: the changed training set, and the means to change other sets. */
export interface Fitted {
  readonly data: Dataset;
  readonly units?: Units;
  told<T extends Aims>(where: string, aims: T): T;
  apply(data: Dataset, where: string): Dataset;
  /** Stores the fitted steps in the pipeline. */
  keep(): void;
}

/** A model or a pipeline. */
export type AnyRaw = AnyModel | Raw;

export const isRaw = (x: unknown): x is Raw => typeof x === 'object' && x !== null && RAW in x;

/** The model to train or evaluate, and a set as this model takes it. */
export const behind = (where: string, model: AnyRaw, data: Dataset): [AnyModel, Dataset] =>
  isRaw(model) ? [model.model, model[RAW](where, data)] : [model, data];
