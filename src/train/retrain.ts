import type { Dataset } from '../data/columns.js';
import type { Inside } from '../nn/model.js';
import { Parameters } from '../nn/parameters.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { configured } from '../config.js';
import { seedKey } from '../random/keys.js';
import type { Checked } from './fitOptions.js';
import type { EpochRecord } from './history.js';
import type { EndReason, Retrained, Run } from './run.js';
import type { Snapshot, SnapshotWriter } from './snapshot.js';
import { type Sequel, Training } from './training.js';
import type { Recipe } from './updater.js';

/** Runs the second training of early stopping, on the training and validation set together. If it is interrupted, the best parameters
 *  of the first are restored. */
export async function retrained(
  inside: Required<Inside>,
  data: Dataset,
  options: Checked,
  recipe: Recipe,
  { run, rate, writer, from }: { run: Run; rate: Rate; writer?: SnapshotWriter; from?: Snapshot },
): Promise<Retrained | undefined> {
  const { stop, validation, epochs } = options;
  const { best, kept } = run;
  if (!stop?.retrain || !validation || !best || !kept || run.stopped.reason === 'aborted') return undefined;
  const { parameters, blueprint, seed } = inside;
  const found = from?.first ?? parameters.save();
  const all = data.concat(validation);
  const strategy = stop.retrain;
  const target = strategy === 'continue' ? kept.training.loss : undefined;
  const first = { run, parameters: found };
  const sequel: Sequel =
    target === undefined
      ? { first, rate, epoch: 0, updates: best.step }
      : {
          first,
          rate: typeof rate === 'number' ? rate : configured('later', {}, (k: number) => rateAt(rate, k + best.step)),
          epoch: best.epoch,
          until: (record) => (record.validation?.loss ?? Number.NaN) <= target,
        };
  if (strategy === 'same-steps') {
    const fresh = new Parameters(blueprint.specs, seedKey(seed));
    parameters.restore(fresh.save());
    fresh.dispose();
  }
  const second: Checked = {
    ...options,
    validation: strategy === 'continue' ? validation : undefined,
    stop: undefined,
    monitors: undefined,
    batchSize: options.batchSize === data.size ? all.size : options.batchSize,
    epochs: strategy === 'continue' ? (stop.maxEpochs ?? epochs) : Math.max(1, best.step),
    onStep: undefined,
  };
  const history: EpochRecord[] = [];
  let training: Training | undefined;
  let reason: EndReason = 'error';
  try {
    training = new Training(inside, all, second, recipe, sequel, writer);
    if (from) {
      training.resume(from);
      history.push(...from.position.history);
    }
    for await (const record of training.epochs()) history.push(record);
    reason = training.stopped.reason;
  } finally {
    training?.finish(reason);
    if (reason === 'error' || reason === 'aborted') parameters.restore(found);
  }
  await training.settled();
  return {
    strategy,
    steps: history.at(-1)?.step ?? 0,
    bestSteps: best.step,
    history,
    ...(target !== undefined && { target, reached: reason === 'reached' }),
  };
}
