import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import { type AnyRaw, FITTED, isRaw } from '../pipeline/raw.js';
import type { Units } from '../pipeline/units.js';
import { checked, type FitOptions } from './fitOptions.js';

interface Trainable {
  readonly model: AnyModel;
  readonly data: Dataset;
  readonly options: FitOptions;
  /** The options with losses and metrics that are told in the target's units; and in which units the model learns. */
  readonly told: FitOptions;
  readonly units?: Units;
  /** Changes more rows as the training rows were changed. */
  apply(data: Dataset): Dataset;
  keep(): void;
}

/** What is trained, and on which numbers. The steps of a pipeline are fitted to the training rows; it has them once `keep` is called,
 *  when nothing can be refused any more. */
export function trainable(whole: AnyRaw, rows: Dataset, options: FitOptions, where = 'fit'): Trainable {
  if (!isRaw(whole))
    return { model: whole, data: rows, options, told: options, apply: (data) => data, keep: () => undefined };
  checked(rows, options, where, true);
  const { data, units, told, apply, keep } = whole[FITTED](where, rows);
  const { validation } = options;
  const seen = validation && { validation: apply(validation, `${where}: validation`) };
  const all = { ...options, ...seen };
  return {
    model: whole.model,
    data,
    options: all,
    told: told(where, all),
    units,
    apply: (more) => apply(more, where),
    keep,
  };
}
