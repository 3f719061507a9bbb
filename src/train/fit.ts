import type { Dataset } from '../data/columns.js';
import { FEED, type Feed, isStream } from '../data/feed.js';
import type { DataStream } from '../data/stream.js';
import { nameClassesOf } from '../metrics/confusion.js';
import { builtFor, checkModel, inside } from '../nn/model.js';
import { type AnyRaw, isRaw } from '../pipeline/raw.js';
import { occupy } from '../nn/occupied.js';
import { Owned, disposeWhenCollected } from '../wasm/owned.js';
import { remember } from './evaluate.js';
import { checked, type FitOptions, type Prepared, type Started } from './fitOptions.js';
import type { EpochRecord } from './history.js';
import { objectiveOf } from './objectiveMean.js';
import { recipeOf } from './recipe.js';
import { retrained } from './retrain.js';
import { type EndReason, type Run, runOf } from './run.js';
import { augmentedShape } from './augmented.js';
import type { Snapshot, SnapshotWriter } from './snapshot.js';
import { trainable } from './trainable.js';
import { normalizes, Training } from './training.js';

/** `fit`, epoch by epoch; the generator returns the run. Where the loop is left early, memory is returned and the best
 *  parameters are restored as at any other end. A generator that is dropped unfinished keeps the model to itself until it is collected:
 *  end it with return().
 *  @example for await (const epoch of fitEpochs(model, train, options)) console.log(epoch.training.loss) */
export function fitEpochs(
  model: AnyRaw,
  data: Dataset | DataStream,
  options: FitOptions,
): AsyncGenerator<EpochRecord, Run, void> {
  return epochsFrom(undefined, model, data, options);
}

/** Finds where a training goes on from. */
export type Start = (prepared: Prepared) => Promise<Started>;

/** The same from where `start` says, or from the beginning. */
export function epochsFrom(
  start: Start | undefined,
  model: AnyRaw,
  data: Dataset | DataStream,
  options: FitOptions,
): AsyncGenerator<EpochRecord, Run, void> {
  const open = new Owned();
  const epochs = epochsOf(open, start, model, data, options);
  disposeWhenCollected(epochs, [open]);
  return epochs;
}

/** What is open while the training runs is held by `open`, so that somebody else can return it. */
async function* epochsOf(
  open: Owned,
  start: Start | undefined,
  whole: AnyRaw,
  rows: Dataset | DataStream,
  wanted: FitOptions,
): AsyncGenerator<EpochRecord, Run, void> {
  const where = start ? 'resume' : 'fit';
  const feed = isStream(rows) ? open.add(await opened(where, whole, rows, wanted)) : undefined;
  let writer: SnapshotWriter | undefined;
  let failed = false;
  try {
    const set = feed?.head ?? (rows as Dataset);
    const { model, data, told, apply, keep } = trainable(whole, set, wanted, where);
    checkModel(where, model);
    const given = checked(data, told, where);
    if (feed) {
      feed.apply = apply;
      given.batchSize = feed.rows;
    }
    const { objective } = given;
    const recipe = {
      ...recipeOf(where, given, objective !== undefined),
      ...(objective && { objective: objectiveOf(where, objective, model), model }),
    };
    const own = builtFor(model, { shape: augmentedShape(data.shape, recipe.augment), inputs: data.inputs }, given.seed);
    open.add({ dispose: occupy(model, where) });
    const stream = isStream(rows) ? { buffer: rows.buffer, size: rows.size } : undefined;
    const prepared: Prepared = { whole, inside: own, data, stream, options: given };
    const { from, stored, resumed } = (await (start ?? given.checkpoint?.start)?.(prepared)) ?? {};
    const training = open.add(new Training(own, data, given, recipe, undefined, undefined, feed));
    writer = await given.checkpoint?.begin(prepared, stored);
    remember(model, training.judgement);
    keep();
    const { first } = from?.position ?? {};
    let run: Run;
    if (first) {
      training.dispose();
      for (const record of [...first.history, first.kept]) nameClassesOf(record, data.targets);
      run = runOf(first);
    } else {
      yield* firstEpochs(training, writer, from);
      await training.settled();
      // Safari's compiler sometimes loses what yield* gives, so that nothing is returned through it.
      run = await training.run();
    }
    const { rate } = training;
    const again = await retrained(own, data, given, recipe, { run, rate, writer, from: first && from });
    return runOf({ ...run, ...(again && { retrained: again }), ...(resumed && { resumed }) });
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    const closed = writer?.close();
    try {
      // What went wrong first is what is thrown.
      await (failed ? closed?.catch(() => undefined) : closed);
    } finally {
      open.dispose();
    }
  }
}

/** The first rows of a stream. */
async function opened(where: string, whole: AnyRaw, stream: DataStream, wanted: FitOptions): Promise<Feed> {
  const model = isRaw(whole) ? whole.model : whole;
  checkModel(where, model);
  return stream[FEED](wanted, normalizes(inside(model)));
}

/** The epochs of the first training, which is finished then, however it ends. */
async function* firstEpochs(
  training: Training,
  writer: SnapshotWriter | undefined,
  from: Snapshot | undefined,
): AsyncGenerator<EpochRecord, void, void> {
  training.writer = writer;
  if (from) training.resume(from);
  let reason: EndReason | undefined = 'aborted';
  try {
    yield* training.epochs();
    reason = undefined;
  } catch (error) {
    reason = 'error';
    throw error;
  } finally {
    training.finish(reason);
  }
}

/** Trains a model on a data set, in place, and tells how it went.
 *
 *  Every epoch shuffles the rows and makes one update for each batch; a last, smaller batch is used as it is. Gradients are
 *  means over the batch. Steps run in slices of about 30 ms within one call into WASM, with the event loop between them;
 *  slicing never changes a bit. With `stop`, the best parameters are restored however training ends.
 *
 *  Rows that do not fit into memory come from a `dataset.stream`: as many as its buffer holds are shuffled together. The history's `training` is
 *  then of the first of them, and so are `run.kept` and the baseline.
 *
 *  Of a pipeline, the steps that are not fitted yet are fitted to the training rows (of a stream to the first buffer), and then its model is
 *  trained.
 *
 *  A model belongs to one training at a time. What a callback writes into it, by `set`, `load` or a step of trainStep, is what the next
 *  update starts from; the optimizer's state, averages and the best parameters so far stay as they are. A callback that throws, or
 *  whose promise rejects, ends the training with its error.
 *
 *  Throws, before anything is changed: LeakageError for a sealed set, and for a validation set that has rows of the training set in
 *  the same memory; DataError for data that does not fit, or whose labels are of one class only; OptionError. A loss or gradient
 *  that is not finite ends it with a DivergenceError; the parameters are those of the last finite step, or the best.
 *  @example
 *  const run = await fit(model, train, { validation, loss: crossEntropy(), optimizer: adam(), epochs: 20, stop: earlyStopping() }) */
export async function fit(model: AnyRaw, data: Dataset | DataStream, options: FitOptions): Promise<Run> {
  return ended(fitEpochs(model, data, options), options);
}

/** Runs a training to its end, and tells onEpoch of every epoch. */
export async function ended(epochs: AsyncGenerator<EpochRecord, Run, void>, options: FitOptions): Promise<Run> {
  while (true) {
    const next = await epochs.next();
    if (next.done) return next.value;
    try {
      await options.onEpoch?.(next.value);
    } catch (error) {
      await epochs.throw(error);
    }
  }
}
