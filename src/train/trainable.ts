import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import { type AnyRaw, FITTED, isRaw } from '../pipeline/raw.js';
import { checked, type FitOptions } from './fitOptions.js';

/** What is trained, and on which numbers. The steps of a pipeline are fitted to the training rows; it has them once `keep` is called,
 *  when nothing can be refused any more. */
export function trainable(
  whole: AnyRaw,
  rows: Dataset,
  options: FitOptions,
  where = 'fit',
): { model: AnyModel; data: Dataset; options: FitOptions; apply(data: Dataset): Dataset; keep(): void } {
  if (!isRaw(whole)) return { model: whole, data: rows, options, apply: (data) => data, keep: () => undefined };
  checked(rows, options, where, true);
  const { data, apply, keep } = whole[FITTED](where, rows);
  const { validation } = options;
  const seen = validation && { validation: apply(validation, `${where}: validation`) };
  return { model: whole.model, data, options: { ...options, ...seen }, apply: (more) => apply(more, where), keep };
}
