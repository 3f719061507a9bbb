import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import type { Units } from './units.js';

/** How what trains or judges models gets at the model of a pipeline, and at the numbers that this model sees. */
export const RAW = Symbol('raw');
export const FITTED = Symbol('fitted');
export const TOLD = Symbol('told');
/** What a model is judged by. */
interface Aims {
  readonly loss?: object;
  readonly metrics?: object;
}
export interface Raw {
  /** Changes a set as the pipeline does. */
  readonly [RAW]: (where: string, data: Dataset) => Dataset;
  /** Fits the steps that are not fitted yet to a training set. The pipeline stays as it is until this is kept. */
  readonly [FITTED]: (where: string, train: Dataset) => Fitted;
  /** The model behind the steps. */
  readonly model: AnyModel;
  /** In what units this model learns its target, where these are not the target's own. */
  readonly units?: Units;
  /** Losses and metrics that are told in the target's own units. */
  readonly [TOLD]: <T extends Aims>(where: string, aims: T) => T;
}
/** Steps that are fitted: the training set as they change it, and what else they change. */
export interface Fitted {
  readonly data: Dataset;
  readonly units?: Units;
  told<T extends Aims>(where: string, aims: T): T;
  apply(data: Dataset, where: string): Dataset;
  /** Makes them the pipeline's. */
  keep(): void;
}

/** A model, or one with steps before it. */
export type AnyRaw = AnyModel | Raw;

export const isRaw = (x: unknown): x is Raw => typeof x === 'object' && x !== null && RAW in x;

/** The model that is trained or judged, and the set as it sees it. */
export const behind = (where: string, model: AnyRaw, data: Dataset): [AnyModel, Dataset] =>
  isRaw(model) ? [model.model, model[RAW](where, data)] : [model, data];
