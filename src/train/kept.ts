import type { Dataset } from '../data/columns.js';
import { DisposedError, OutOfMemoryError } from '../errors.js';
import type { Inside } from '../nn/model.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { EpochRecord, Scores } from './history.js';

/** What is judged once more at the end of a training. */
interface Ended {
  readonly inside: Required<Inside>;
  readonly judgement: Judgement;
  readonly data: Dataset;
  readonly validation?: Dataset;
  /** Updates that the parameters have had. */
  readonly step: number;
  yieldWhenDue(): Promise<void>;
}

/** The record of the parameters that are kept, with the scores of the whole training set where it had those of a sample. Where updates
 *  were made since, both sets are looked at anew. It stays as it was where there is no memory for that. */
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
