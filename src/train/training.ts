import type { Dataset } from '../data/columns.js';
import type { Inside } from '../nn/model.js';
import { checkLookups } from '../nn/predictor.js';
import { leavesOf } from '../nn/walk.js';
import { isComposite } from '../nn/layer.js';
import { type DivergenceError, FormatError, OptionError } from '../errors.js';
import type { Rule } from '../optim/rule.js';
import { inEpochs, type Rate, rateAt } from '../optim/schedule.js';
import { type Key, seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { nameClassesOf } from '../metrics/confusion.js';
import { baselineOf } from './baseline.js';
import type { Logger } from '../loggers/logger.js';
import { now } from '../clock.js';
import { Owned, type Owner } from '../wasm/owned.js';
import { Averaged } from './averaged.js';
import { Calibration } from './calibration.js';
import { divergence } from './divergence.js';
import { EpochSums } from './epochSums.js';
import { Heard } from './heard.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { Feed } from '../data/feed.js';
import type { Checked } from './fitOptions.js';
import type { EpochRecord, RowCounts } from './history.js';
import { keptOf, scatterOf } from './kept.js';
import { Slices } from './slices.js';
import { Plateaus } from './plateaus.js';
import { listOf } from './lists.js';
import { Resident } from './resident.js';
import { checkNumbers, copied, restored, Rollback, saved } from './rollback.js';
import { type EndReason, type Run, runOf, type Stopped } from './run.js';
import { augmented } from './augmented.js';
import { UpdateRatio } from './updateRatio.js';
import { type Recipe, Updater } from './updater.js';
import { NO_LOSS, type TargetTable, Tasks } from './tasks.js';
import { NONE, type Place, type Snapshot, type SnapshotWriter } from './snapshot.js';
import { type Plan, planOf } from '../data/plan.js';
import { Updates } from './updates.js';
import { type Buckets, bucketsOf, type Dealt } from '../data/buckets.js';
import { Watch } from './watch.js';

/** How a second training continues from the first: the offset of its schedule, the orders of its rows, and its end. */
export interface Sequel {
  readonly rate: Rate;
  readonly epoch: number;
  /** The number of updates after which it ends. */
  readonly updates?: number;
  /** Decides after each epoch whether it ends. */
  until?(record: EpochRecord): boolean;
  /** The result of the first training, and its final parameters, which checkpoints store. */
  readonly first: { readonly run: Omit<Run, 'report'>; readonly parameters: readonly Float32Array[] };
}

/** Plans an epoch. A batch of one row has no statistics; where a layer needs them, it is joined to the batch before. */
const planIn = (inside: Required<Inside>, size: number, { batchSize }: Checked, { accumulate }: Recipe): Plan =>
  planOf(size, batchSize as number, accumulate, normalizes(inside));

/** A training from its first step to its last, with everything that it owns. */
export class Training {
  readonly judgement: Judgement;
  readonly #updater: Updater;
  readonly #resident: Resident;
  readonly #updates: Updates;
  readonly #buckets?: Buckets;
  /** The number of steps of padding in the batches of an epoch. */
  #padding?: number;
  readonly #updateRatio: UpdateRatio;
  readonly #rollback?: Rollback<Place>;
  readonly #averaged: Averaged;
  readonly #slicing = new Slices();
  readonly #plan: Plan;
  readonly #plateaus: Plateaus;
  /** The given learning rate, counted in updates, and the rate after reductions by monitors. */
  readonly rate: Rate;
  #rate: Rate;
  readonly #key: Key;
  readonly #sample: Evaluator;
  readonly #validation?: Evaluator;
  readonly #watch: Watch;
  readonly #rows: RowCounts;
  readonly #loggers: readonly Logger[];
  readonly #owned = new Owned();
  readonly #heard = new Heard();
  /** Whether callbacks hear of single updates, each of which is a separate call then. */
  readonly #listens: boolean;
  readonly #history: EpochRecord[] = [];
  #stopped: Stopped = { reason: 'epochs', epoch: 0 };
  #lossWeights?: Readonly<Record<string, number>>;
  #step = 0;
  /** The number of the next epoch, or of the one under way. */
  #epoch = 1;
  /** The number of updates made in the current epoch, and their sums. */
  #at = 0;
  #sums?: EpochSums;
  /** The step at which the newest checkpoint was made. */
  #kept?: number;

  constructor(
    readonly inside: Required<Inside>,
    readonly data: Dataset,
    readonly options: Checked,
    recipe: Recipe,
    readonly sequel?: Sequel,
    /** The writer of its checkpoints. */
    public writer?: SnapshotWriter,
    /** Loads further rows, where `data` is the first window of a stream. */
    readonly feed?: Feed,
  ) {
    const { seed, trainSample, validation, loss } = options;
    this.#loggers = listOf(options.logger);
    this.#listens = options.onStep !== undefined || this.#loggers.some(({ step }) => step !== undefined);
    this.#key = seedKey(seed);
    const ofData = planIn(inside, data.size, options, recipe);
    const plan = feed?.plan ?? ofData;
    this.#plan = plan;
    const { updates } = feed ?? plan;
    if (updates === Infinity) refuseEpochs(recipe);
    const counted = <T extends { learningRate: Rate }>(of: T): T => ({
      ...of,
      learningRate: inEpochs(of.learningRate, updates),
    });
    // Checks of the data come first, before memory is borrowed.
    const tasks = new Tasks('fit', inside, recipe);
    const targetsOf = (rows: Dataset): TargetTable => {
      const targets = tasks.targetsOf('fit', rows);
      checkLookups('fit', inside, augmented(rows, recipe.augment));
      return targets;
    };
    const targets = targetsOf(data);
    if (options.bucket) this.#buckets = bucketsOf(data.lengths as Int32Array, plan);
    if (validation) checkLookups('fit, validation', inside, augmented(validation, recipe.augment));
    this.judgement = {
      loss: loss ?? NO_LOSS,
      objective: recipe.objective,
      lossWeights: recipe.lossWeights,
      metrics: options.metrics,
      augment: recipe.augment,
    };
    const rows =
      trainSample < data.size ? permutation(data.size, this.#key, streams.sample).subarray(0, trainSample) : undefined;
    const own = <T extends Owner>(owner: T): T => this.#owned.add(owner);
    try {
      this.#sample = own(new Evaluator(inside, rows ? data.rows(rows.sort()) : data, this.judgement));
      this.#validation = validation && own(new Evaluator(inside, validation, this.judgement));
      this.rate = sequel?.rate ?? inEpochs(recipe.optimizer.learningRate, updates);
      this.#rate = this.rate;
      const inUpdates = (rule: Rule): Rule => rule.withEpochs?.(updates) ?? rule;
      const rules = recipe.rules.map(inUpdates);
      this.#updater = own(
        new Updater(inside, {
          ...recipe,
          rules,
          average: recipe.average && rules[recipe.rules.indexOf(recipe.average)],
          groups: recipe.groups.map(counted),
          rate: this.rate,
        }),
      );
      this.#resident = own(new Resident(data, targets, feed?.capacity));
      if (options.onDivergence === 'rollback') this.#rollback = new Rollback(this.#updater);
      // The first rows of a stream are kept for this evaluation.
      const resident = feed && recipe.average?.recalibrates ? own(new Resident(data, targets)) : this.#resident;
      const calibration = recipe.average?.recalibrates && own(new Calibration(inside, resident, ofData, recipe));
      this.#averaged = new Averaged(inside, this.#updater, calibration);
      this.#updateRatio = new UpdateRatio(inside.parameters);
      this.#updates = own(new Updates(this.#updater, this.#resident, plan, this.#buckets?.sizes[0]));
      const key = options.shuffle ? this.#key : undefined;
      feed?.fills({ resident: this.#resident, updates: this.#updates, key, targetsOf });
      this.#plateaus = new Plateaus(listOf(options.monitors), this.#rate);
      this.#rows = { training: this.#sample.data.size, ...(validation && { validation: validation.size }) };
      this.#watch = new Watch(inside.parameters, options.stop, validation !== undefined);
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  /** The number of updates per epoch; for a stream without `size` it is known after the first epoch. */
  get #perEpoch(): number {
    return this.feed?.updates ?? this.#plan.updates;
  }

  async *epochs(): AsyncGenerator<EpochRecord, void, void> {
    while (this.#epoch <= this.options.epochs && this.#stopped.reason === 'epochs') {
      const epoch = this.#epoch;
      if (!this.#sums) this.#begin();
      const sums = this.#sums as EpochSums;
      if (this.feed) this.feed.start(epoch);
      else this.#shuffle(epoch);
      for await (const _ of this.#slices(epoch, sums)) if (this.#ends(epoch)) return;
      if (this.#ends(epoch)) return;
      const { record, ends } = this.#judged(epoch, sums, (found) => this.#watch.epoch(found));
      this.#history.push(record);
      for (const logger of this.#loggers) this.#heard.note(logger.epoch(record));
      this.#rate = this.#plateaus.after(record);
      this.#stopped = { reason: ends ? 'patience' : 'epochs', epoch };
      const { until, updates } = this.sequel ?? {};
      if (until?.(record) || this.#step === updates) this.#stopped = { reason: 'reached', epoch };
      this.#epoch++;
      this.#at = 0;
      this.#sums = undefined;
      if (this.writer?.isDue(this.#step, epoch)) await this.#keepWhenWritten();
      yield record;
    }
  }

  #begin(): void {
    this.#sums = new EpochSums();
    this.#rollback?.begin({ step: this.#step, at: 0, totals: NONE });
  }

  /** Makes a snapshot of everything that the training needs to continue from here. */
  snapshot(): Snapshot {
    const unfinished = this.#sums && { at: this.#at, ...this.#sums.unfinished };
    const { run, parameters } = this.sequel?.first ?? {};
    const { numbers: back } = this.#rollback ?? {};
    return {
      position: {
        step: this.#step,
        epoch: this.#epoch,
        ...(unfinished && { unfinished }),
        history: [...this.#history],
        // A training that the signal ended can be resumed and continued.
        stopped: this.#stopped.reason === 'aborted' ? { reason: 'epochs', epoch: this.#epoch - 1 } : this.#stopped,
        updateRatio: this.#updateRatio.ratio,
        watch: this.#watch.state,
        plateaus: this.#plateaus.progress,
        ...(this.#rollback && { rollback: this.#rollback.state }),
        ...(run && { first: run }),
      },
      numbers: saved(this.#updater),
      ...(this.#watch.copies && { best: this.#watch.copies.map((copy) => copy.slice()) }),
      ...(back && { back: copied(back) }),
      ...(parameters && { first: parameters }),
    };
  }
  async #keepWhenWritten(): Promise<void> {
    await this.writer?.written();
    this.#heard.check();
    this.#keep();
  }
  #keep(): void {
    this.#kept = this.#step;
    this.#heard.note(this.writer?.write(this.snapshot()));
  }

  /** Restores the state from a snapshot. */
  resume({ position, numbers, best, back }: Snapshot): void {
    const { step, epoch, unfinished, history, stopped, updateRatio, watch, plateaus, rollback } = position;
    const perEpoch = this.#perEpoch;
    if (Number.isFinite(perEpoch) && step !== (epoch - 1) * perEpoch + (unfinished?.at ?? 0))
      throw new FormatError(`resume: the checkpoint is of update ${step}, which is not in its epoch ${epoch}`);
    for (const copies of [numbers, back, best && { ...numbers, parameters: [...best] }])
      if (copies) checkNumbers(this.#updater, copies);
    restored(this.#updater, numbers);
    for (const record of [...history, watch.kept]) nameClassesOf(record, this.data.targets);
    this.#watch.resume(watch, best);
    this.#rate = this.#plateaus.resume(plateaus);
    if (rollback && back) this.#rollback?.resume(rollback, back);
    this.#updateRatio.ratio = updateRatio;
    this.#history.push(...history);
    this.#stopped = stopped;
    this.#step = this.#kept = step;
    this.#epoch = epoch;
    if (!unfinished) return;
    this.#at = unfinished.at;
    this.#sums = new EpochSums(unfinished);
  }

  /** Whether the training was ended within this epoch. */
  #ends(epoch: number): boolean {
    if (this.options.signal?.aborted) this.#stopped = { reason: 'aborted', epoch: epoch - 1 };
    this.#heard.check();
    return this.#stopped.reason !== 'epochs';
  }

  /** Makes one epoch's updates, a slice at a time. */
  async *#slices(epoch: number, sums: EpochSums): AsyncGenerator<void, void, void> {
    while (this.#at < this.#perEpoch && this.#left() > 0) {
      await this.feed?.ready(this.#at);
      if (this.options.signal?.aborted) return;
      const { to, error } = this.#slice(this.#at, epoch, sums);
      const failed = error ?? this.#doomed(to, epoch);
      this.#at = failed ? this.#back(failed, sums) : to;
      if (!failed) this.#look(this.#at, epoch, sums);
      // A checkpoint at the end of an epoch is made after the epoch's evaluation.
      if (!failed && this.#at < this.#perEpoch && this.writer?.isDue(this.#step)) await this.#keepWhenWritten();
      await this.#slicing.yieldWhenDue(() => {
        const { epochs, progress } = this.options;
        this.#heard.note(progress?.({ epoch, epochs, step: this.#step, steps: epochs * this.#perEpoch }));
      });
      yield;
    }
  }

  #shuffle(epoch: number): void {
    const dealt = this.#dealt(epoch);
    if (dealt) {
      this.#padding = dealt.padding;
      this.#resident.arrange(dealt.order);
      this.#updates.steps = dealt.steps;
    } else if (this.options.shuffle) this.#resident.shuffle(this.#key, this.#orderOf(epoch));
  }
  /** The rows of an epoch, where batches have rows of similar length. */
  #dealt(epoch: number): Dealt | undefined {
    return this.#buckets?.deal(this.options.shuffle ? this.#key : undefined, this.#orderOf(epoch));
  }
  /** The epoch that decides the order of the rows. */
  #orderOf(epoch: number): number {
    return epoch + (this.sequel?.epoch ?? 0);
  }

  /** The number of updates until the set end. */
  #left(): number {
    return (this.sequel?.updates ?? Number.POSITIVE_INFINITY) - this.#step;
  }

  /** The number of updates in the next call: as many as take about 30 ms, but only one if callbacks hear of updates, and none beyond the next
   *  evaluation of `stop`. The epoch's last update is made alone, because its length is measured. */
  #sliceLength(at: number): number {
    const last = this.#perEpoch - 1;
    if (this.#listens || at >= last) return 1;
    const toCheckpoint = this.writer?.stepsToDue(this.#step) ?? last;
    return Math.min(this.#slicing.steps, this.#watch.stepsToLook(this.#step), toCheckpoint, last - at, this.#left());
  }

  /** Makes updates of the epoch from `at` on, in one call; returns the next update's number, or the error that halted before it. */
  #slice(at: number, epoch: number, sums: EpochSums): { to: number; error?: DivergenceError } {
    const length = this.#sliceLength(at);
    const isLast = at === this.#perEpoch - 1;
    if (isLast) this.#updateRatio.begin();
    const begun = now();
    const rate = this.#rateNow();
    // Within memory, updates are counted from the first row of the window.
    const before = this.feed?.begin ?? 0;
    const from = at - before;
    const made = this.#updates.run(from, from + length, this.#step, rate, (update) => {
      sums.add(update);
      const step = this.#step++;
      if (!this.#listens) return;
      const { loss, gradNorm } = update;
      const record = { step, epoch, loss, learningRate: rateAt(rate, step), gradNorm };
      this.#heard.note(this.options.onStep?.(record));
      for (const logger of this.#loggers) this.#heard.note(logger.step?.(record));
    });
    const took = now() - begun;
    const to = before + made.to;
    const { halted } = made;
    sums.took(took / 1000);
    if (halted !== undefined) return { to, error: divergence(this.#updater, this.#step, halted) };
    if (isLast) this.#updateRatio.end();
    else this.#slicing.note(to - at, took);
    return { to };
  }

  /** The learning rate after the halvings of rollbacks. */
  #rateNow(): Rate {
    return this.#rollback?.left(this.#rate) ?? this.#rate;
  }

  /** Tries the next update before an evaluation, if rollback is on; returns the DivergenceError that it would cause, if any. */
  #doomed(at: number, epoch: number): DivergenceError | undefined {
    const isOver = at === this.#perEpoch;
    if (!this.#rollback || !(isOver || this.#watch.looksAt(this.#step))) return undefined;
    const from = isOver ? 0 : at;
    if (isOver) this.#shuffle(epoch + 1);
    const { halted } = this.#rollback.tried(() =>
      this.#updates.run(from, from + 1, this.#step, this.#rateNow(), () => undefined),
    );
    if (isOver) this.#shuffle(epoch);
    return halted === undefined ? undefined : divergence(this.#updater, this.#step, halted);
  }

  /** Rolls back if that is wanted, and returns the update of the epoch from which to continue. */
  #back(error: DivergenceError, sums: EpochSums): number {
    if (!this.#rollback) throw error;
    const { step, at, totals } = this.#rollback.back(error);
    const learningRate = rateAt(this.#rateNow(), step);
    sums.rollbacks.push({ step: this.#step, ...(error.layer !== undefined && { layer: error.layer }), learningRate });
    this.#step = step;
    sums.goBack(totals);
    return at;
  }

  /** Evaluates within an epoch where `stop` asks for it, and lets `stop` decide. */
  #look(at: number, epoch: number, sums: EpochSums): void {
    if (!this.#watch.looksAt(this.#step) || !sums.totals.updates) return;
    const { ends } = this.#judged(epoch, sums, (record) => this.#watch.look(record));
    if (ends) this.#stopped = { reason: 'patience', epoch: epoch - 1 };
    this.#rollback?.begin({ step: this.#step, at, totals: sums.totals });
  }

  /** Evaluates the parameters, or their average where there is one, and passes the record to `judge` while the model has the evaluated numbers. */
  #judged(
    epoch: number,
    sums: EpochSums,
    judge: (record: EpochRecord) => boolean,
  ): { record: EpochRecord; ends: boolean } {
    const paramNorm = this.#updateRatio.norm();
    this.#averaged.enter(this.#step);
    try {
      const record = this.#record(epoch, sums, paramNorm);
      return { record, ends: judge(record) };
    } finally {
      this.#averaged.leave();
    }
  }

  #record(epoch: number, sums: EpochSums, paramNorm: number): EpochRecord {
    const training = this.#sample.scores();
    const validation = this.#validation?.scores();
    const { loss, gradNorm, ...rest } = sums.means();
    return {
      epoch,
      step: this.#step,
      loss,
      training,
      ...(validation ? { validation } : {}),
      rows: this.#rows,
      learningRate: rateAt(this.#rateNow(), this.#step - 1),
      gradNorm,
      paramNorm,
      updateRatio: this.#updateRatio.ratio,
      ...(this.#padding !== undefined && { padding: this.#padding }),
      ...rest,
    };
  }

  /** The current weight of each head's loss. */
  lossWeights(): Readonly<Record<string, number>> | undefined {
    return this.#updater.tasks.heads && this.#updater.lossWeights();
  }

  /** Ends the training: makes a last checkpoint unless there was an error, restores the best parameters or keeps the average, releases all
   *  memory, and tells the loggers how it ended. */
  finish(reason: EndReason = this.#stopped.reason): void {
    try {
      if (reason !== 'error' && this.writer && this.#kept !== this.#step) this.#keep();
      if (!this.#watch.restore() && this.#step) this.#averaged.enter(this.#step);
      this.#lossWeights = this.lossWeights();
    } finally {
      this.dispose();
      for (const logger of this.#loggers) this.#heard.note(logger.end?.({ reason, epoch: this.#history.length }));
    }
  }
  /** Waits for the promises of callbacks. */
  settled(): Promise<void> {
    return this.#heard.settled();
  }
  /** Releases all memory. */
  dispose(): void {
    this.#owned.dispose();
  }

  /** How the training has ended, as far as known. */
  get stopped(): Stopped {
    return this.#stopped;
  }

  /** Makes the run of a finished training; the final parameters are evaluated on all rows. */
  async run(): Promise<Run> {
    const { inside, judgement, data } = this;
    const { validation } = this.options;
    const { best, kept } = this.#watch;
    const record = kept ?? this.#history.at(-1);
    const yieldWhenDue = (): Promise<void> => this.#slicing.yieldWhenDue(() => undefined);
    const step = kept?.step ?? this.#step;
    const ended = { inside, judgement, data, validation, step, yieldWhenDue };
    return runOf({
      history: this.#history,
      best,
      stopped: this.#stopped,
      kept: record && (await keptOf(record, ended)),
      baseline: this.judgement.objective ? undefined : baselineOf(data, this.#updater.tasks),
      scatter: record && (await scatterOf(ended)),
      ...(this.#lossWeights && { lossWeights: this.#lossWeights }),
    });
  }
}

/** Refuses schedules and averages that count in epochs, for a stream whose number of rows is unknown. */
function refuseEpochs({ optimizer, groups, rules }: Recipe): void {
  const rates = [optimizer.learningRate, ...groups.map(({ learningRate }) => learningRate)];
  const counts = (rule: Rule): boolean =>
    Object.values(rule.config?.options ?? {}).some((value) => Object(value).epochs !== undefined);
  if (rates.some((rate) => typeof rate === 'function' && rate.withEpochs) || rules.some(counts))
    throw new OptionError(
      'fit: a schedule or average counts in epochs, and the stream does not say how many rows these have; give it size, or count in steps',
    );
}

/** Whether a layer takes statistics over the batch. */
export const normalizes = ({ part }: Inside): boolean =>
  leavesOf(part).some(({ layer, frozen }) => !isComposite(layer) && layer.overBatch === true && !frozen);
