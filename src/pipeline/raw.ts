import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';

/** How what trains or judges models gets at the model of a pipeline, and at the numbers that this model sees. */
export const RAW = Symbol('raw');
export interface Raw {
  /** Changes a set as the pipeline does; steps that are not fitted yet are fitted to it where `learns`. */
  readonly [RAW]: (where: string, data: Dataset, learns?: boolean) => Dataset;
  /** The model behind the steps. */
  readonly model: AnyModel;
}

/** A model, or one with steps before it. */
export type AnyRaw = AnyModel | Raw;

export const isRaw = (x: unknown): x is Raw => typeof x === 'object' && x !== null && RAW in x;

/** The model that is trained or judged, and the set as it sees it. */
export const behind = (where: string, model: AnyRaw, data: Dataset): [AnyModel, Dataset] =>
  isRaw(model) ? [model.model, model[RAW](where, data)] : [model, data];
