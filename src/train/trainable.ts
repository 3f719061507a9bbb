import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import { type AnyRaw, FITTED, isRaw } from '../pipeline/raw.js';
import type { Units } from '../pipeline/units.js';
import { checked, type FitOptions } from './fitOptions.js';

interface Trainable {
  readonly model: AnyModel;
  readonly data: Dataset;
  readonly options: FitOptions;
  /** The options, with losses and metrics reported in the target's units, and the scaling of the target. */
  readonly told: FitOptions;
  readonly units?: Units;
  /** Applies the fitted steps to further rows. */
  apply(data: Dataset): Dataset;
  keep(): void;
}

/** Prepares the model and the data of a training. The steps of a pipeline are fitted to the training rows, and stored in the pipeline when `keep`
 *  is called, after all checks. */
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
