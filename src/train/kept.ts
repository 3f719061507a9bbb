import type { Dataset } from '../data/columns.js';
import { DisposedError, OutOfMemoryError } from '../errors.js';
import type { Inside } from '../nn/model.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { EpochRecord, Scores } from './history.js';

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
  const checked = moved && validation ? await scoresOf(validation, ended) : record.validation;
  if (!training || (validation && !checked)) return record;
  return {
    ...record,
    step,
    training,
    ...(checked && { validation: checked }),
    rows: { ...record.rows, training: data.size },
  };
}

async function scoresOf(data: Dataset, { inside, judgement, yieldWhenDue }: Ended): Promise<Scores | undefined> {
  let evaluator: Evaluator | undefined;
  try {
    evaluator = new Evaluator(inside, data, judgement);
    return await evaluator.unhurried(yieldWhenDue);
  } catch (error) {
    if (error instanceof OutOfMemoryError || error instanceof DisposedError) return undefined;
    throw error;
  } finally {
    evaluator?.dispose();
  }
}
