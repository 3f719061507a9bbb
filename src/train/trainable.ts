import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import { type AnyRaw, isRaw, RAW } from '../pipeline/raw.js';
import { checked, type FitOptions } from './fitOptions.js';

/** What is trained, and on which numbers. The steps of a pipeline are fitted to the training rows, once all else has been looked at. */
export function trainable(
  whole: AnyRaw,
  rows: Dataset,
  options: FitOptions,
): { model: AnyModel; data: Dataset; options: FitOptions } {
  if (!isRaw(whole)) return { model: whole, data: rows, options };
  checked(rows, options, 'fit', true);
  const data = whole[RAW]('fit', rows, true);
  const { validation } = options;
  const seen = validation && whole[RAW]('fit: validation', validation);
  return { model: whole.model, data, options: { ...options, ...(seen && { validation: seen }) } };
}
