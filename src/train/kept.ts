import type { Dataset } from '../data/columns.js';
import { DisposedError, OutOfMemoryError } from '../errors.js';
import type { Inside } from '../nn/model.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { EpochRecord, Scatter, Scores } from './history.js';

/** The evaluations at the end of a training. */
interface Ended {
  readonly inside: Required<Inside>;
  readonly judgement: Judgement;
  readonly data: Dataset;
  readonly validation?: Dataset;
  /** The number of updates behind the parameters. */
  readonly step: number;
  yieldWhenDue(): Promise<void>;
}

/** Completes the record of the final parameters: scores of a sample are replaced by those of the whole training set. If updates
 *  were made since the record, both sets are evaluated again. Where memory does not suffice, the record is unchanged. */
export async function keptOf(record: EpochRecord, ended: Ended): Promise<EpochRecord> {
  const { data, validation, step } = ended;
  const moved = record.step !== step;
  if (!moved && record.rows.training === data.size) return record;
  const training = await scoresOf(data, ended);
  const checked = moved ? await scoresOf(validation, ended) : record.validation;
  if (!training || (validation && !checked)) return record;
  return {
    ...record,
    step,
    training,
    ...(checked && { validation: checked }),
    rows: { ...record.rows, training: data.size },
  };
}

const scoresOf = (data: Dataset | undefined, ended: Ended): Promise<Scores | undefined> =>
  judged(ended, (evaluator) => evaluator.unhurried(ended.yieldWhenDue), data);

/** How far scores of the validation set may be from those of all rows that there could be. Undefined where there is no memory for it. */
export const scatterOf = (ended: Ended): Promise<Readonly<Record<string, Scatter>> | undefined> =>
  judged(ended, (evaluator) => evaluator.scatter(ended.yieldWhenDue), ended.validation);

async function judged<T>(
  { inside, judgement }: Ended,
  by: (evaluator: Evaluator) => Promise<T>,
  data?: Dataset,
): Promise<T | undefined> {
  if (!data) return undefined;
  let evaluator: Evaluator | undefined;
  try {
    evaluator = new Evaluator(inside, data, judgement);
    return await by(evaluator);
  } catch (error) {
    if (error instanceof OutOfMemoryError || error instanceof DisposedError) return undefined;
    throw error;
  } finally {
    evaluator?.dispose();
  }
}
