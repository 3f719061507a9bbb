import type { Dataset } from '../data/columns.js';
import type { AnyModel } from '../nn/model.js';
import { type AnyRaw, FITTED, isRaw } from '../pipeline/raw.js';
import { lossInUnits, metricInUnits, type Units } from '../pipeline/units.js';
import { checked, type FitOptions } from './fitOptions.js';
import { listOf } from './lists.js';
import { isByHead, type Losses, type Metrics } from './tasks.js';

/** What is trained, and on which numbers. The steps of a pipeline are fitted to the training rows; it has them once `keep` is called,
 *  when nothing can be refused any more. */
export function trainable(
  whole: AnyRaw,
  rows: Dataset,
  options: FitOptions,
): { model: AnyModel; data: Dataset; options: FitOptions; units?: Units; keep(): void } {
  if (!isRaw(whole)) return { model: whole, data: rows, options, keep: () => undefined };
  checked(rows, options, 'fit', true);
  const { data, units, apply, keep } = whole[FITTED]('fit', rows);
  const { validation } = options;
  const seen = validation && { validation: apply(validation, 'fit: validation') };
  return { model: whole.model, data, options: { ...options, ...seen }, units, keep };
}

/** What a model is judged by, told in the units of its target. Where a model learns in other units it has one output. */
export const inUnits = <T extends { loss?: Losses; metrics?: Metrics }>(
  where: string,
  units: Units | undefined,
  aims: T,
): T => {
  if (!units) return aims;
  const { loss, metrics } = aims;
  if (isByHead(loss) || isByHead(metrics)) return aims;
  return {
    ...aims,
    ...(loss !== undefined && { loss: lossInUnits(where, units, loss) }),
    ...(metrics !== undefined && { metrics: listOf(metrics).map((metric) => metricInUnits(where, units, metric)) }),
  };
};
