import type { Dataset } from '../data/columns.js';
import type { Inside } from '../nn/model.js';
import { leavesOf } from '../nn/walk.js';
import { isComposite } from '../nn/layer.js';
import { inEpochs, type Rate, rateAt } from '../optim/schedule.js';
import { type Key, seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { baselineOf } from './baseline.js';
import { breathe, now } from '../clock.js';
import { divergence } from './divergence.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { Checked } from './fitOptions.js';
import type { EpochRecord, Scores } from './history.js';
import { Plateaus } from './plateaus.js';
import { listOf } from './recipe.js';
import { Resident } from './resident.js';
import { type Run, runOf, type Stopped } from './run.js';
import { type Recipe, type StepProgram, Updater } from './updater.js';
import { Watch } from './watch.js';

/** Milliseconds of a slice: short enough for a page to stay alive, long enough for calls to cost nothing. */
const SLICE = 30;
/** Rows of a program's tables of scalars and results. */
const HORIZON = 8192;

/** Sums over an epoch's updates. */
interface Sums {
  loss: number;
  rows: number;
  norm: number;
  updates: number;
}

/** A training from its first step to its last, and what it owns meanwhile. */
export class Training {
  readonly judgement: Judgement;
  readonly #updater: Updater;
  readonly #resident: Resident;
  readonly #whole?: { program: StepProgram; rows: number; count: number };
  readonly #rest?: { program: StepProgram; rows: number };
  readonly #perEpoch: number;
  readonly #plateaus: Plateaus;
  #rate: Rate;
  readonly #key: Key;
  readonly #sample: Evaluator;
  readonly #validation?: Evaluator;
  readonly #watch: Watch;
  readonly #baseline: Scores;
  readonly #history: EpochRecord[] = [];
  #stopped: Stopped = { reason: 'epochs', epoch: 0 };
  #step = 0;
  #sliceSteps = 1;
  #lastBreath = now();

  constructor(
    readonly inside: Required<Inside>,
    data: Dataset,
    readonly options: Checked,
    recipe: Recipe,
  ) {
    const { batchSize, seed, trainSample, validation, loss } = options;
    this.#key = seedKey(seed);
    this.#updater = new Updater(inside, recipe);
    this.#resident = new Resident(data);
    const batch = batchSize as number;
    const remainder = data.size % batch;
    // A batch of one has no statistics: it joins the one before.
    const joins = remainder === 1 && data.size > batch && normalizes(inside);
    const count = Math.floor(data.size / batch) - (joins ? 1 : 0);
    const horizon = Math.min(count, HORIZON);
    if (count) {
      const { x, y } = this.#resident.whole(batch, count);
      this.#whole = { program: this.#updater.program(x, y, horizon), rows: batch, count };
    }
    if (count * batch < data.size) {
      const { x, y, rows } = this.#resident.rest(count * batch);
      this.#rest = { program: this.#updater.program(x, y, 1), rows };
    }
    this.#perEpoch = count + (this.#rest ? 1 : 0);
    this.#rate = inEpochs(recipe.optimizer.learningRate, this.#perEpoch);
    this.#plateaus = new Plateaus(listOf(options.monitors), this.#rate);
    this.judgement = { loss, metrics: listOf(options.metrics) };
    const rows =
      trainSample < data.size ? permutation(data.size, this.#key, streams.sample).subarray(0, trainSample) : undefined;
    this.#sample = new Evaluator(inside, rows ? data.rows(rows.sort()) : data, this.judgement);
    this.#validation = validation && new Evaluator(inside, validation, this.judgement);
    this.#baseline = baselineOf(data, loss);
    this.#watch = new Watch(inside.parameters, options.stop, validation !== undefined);
  }

  async *epochs(): AsyncGenerator<EpochRecord, void, void> {
    for (let epoch = 1; epoch <= this.options.epochs; epoch++) {
      const begun = now();
      if (this.options.shuffle) this.#resident.shuffle(this.#key, epoch);
      const sums: Sums = { loss: 0, rows: 0, norm: 0, updates: 0 };
      for await (const _ of this.#slices(epoch, sums)) {
        if (this.options.signal?.aborted) this.#stopped = { reason: 'aborted', epoch: epoch - 1 };
        if (this.#stopped.reason !== 'epochs') return;
      }
      const record = this.#record(epoch, sums, begun);
      this.#history.push(record);
      this.#rate = this.#plateaus.after(record);
      this.#stopped = { reason: this.#watch.epoch(record) ? 'patience' : 'epochs', epoch };
      yield record;
      if (this.#stopped.reason !== 'epochs') return;
    }
  }

  /** One epoch's updates, a slice at a time. */
  async *#slices(epoch: number, sums: Sums): AsyncGenerator<void, void, void> {
    const whole = this.#whole;
    for (let at = 0; whole && at < whole.count; ) {
      const to = Math.min(whole.count, at + this.#sliceLength(whole.program.horizon));
      this.#slice(whole.program, whole.rows, at, to, epoch, sums);
      at = to;
      this.#look(epoch, sums);
      await this.#breath(epoch);
      yield;
    }
    if (this.#rest) {
      this.#slice(this.#rest.program, this.#rest.rows, 0, 1, epoch, sums);
      this.#look(epoch, sums);
      await this.#breath(epoch);
      yield;
    }
  }

  /** Updates that the next call makes: what takes about 30 ms, one where somebody listens, and up to where `stop` looks. */
  #sliceLength(horizon: number): number {
    if (this.options.onStep) return 1;
    return Math.min(horizon, this.#sliceSteps, this.#watch.stepsToLook(this.#step));
  }

  /** Steps from … to − 1 of a program, in one call. */
  #slice(program: StepProgram, rows: number, from: number, to: number, epoch: number, sums: Sums): void {
    const { horizon } = program;
    for (let i = from; i < to; i++) program.prepare(i % horizon, this.#step + i - from, this.#rate);
    const begun = now();
    const reached = program.run(from, to);
    const took = now() - begun;
    for (let i = from; i < reached; i++) {
      const [loss, gradNorm] = [program.loss(i % horizon), program.norm(i % horizon)];
      sums.loss += rows * loss;
      sums.rows += rows;
      sums.norm += gradNorm;
      sums.updates++;
      const step = this.#step++;
      this.options.onStep?.({ step, epoch, loss, learningRate: rateAt(this.#rate, step), gradNorm });
    }
    if (reached < to) throw divergence(this.#updater, this.#step, program.loss(reached % horizon));
    // How long a slice takes decides how long the next one is, never what it computes.
    const fitting = Math.floor(((to - from) * SLICE) / Math.max(took, 0.01));
    this.#sliceSteps = Math.max(1, Math.min(fitting, 4 * (to - from), HORIZON));
  }

  /** Where `stop` looks between epochs, evaluates and lets it judge. */
  #look(epoch: number, sums: Sums): void {
    if (!this.#watch.looksAt(this.#step)) return;
    const record = this.#record(epoch, sums, now());
    if (this.#watch.look(record)) this.#stopped = { reason: 'patience', epoch: epoch - 1 };
  }

  async #breath(epoch: number): Promise<void> {
    if (now() - this.#lastBreath < SLICE) return;
    const { epochs, progress } = this.options;
    progress?.({ epoch, epochs, step: this.#step, steps: epochs * this.#perEpoch });
    await breathe();
    this.#lastBreath = now();
  }

  #record(epoch: number, sums: Sums, begun: number): EpochRecord {
    const training: Scores = this.#sample.scores();
    const validation = this.#validation?.scores();
    return {
      epoch,
      step: this.#step,
      loss: sums.loss / sums.rows,
      training,
      ...(validation ? { validation } : {}),
      learningRate: rateAt(this.#rate, this.#step - 1),
      gradNorm: sums.norm / sums.updates,
      seconds: (now() - begun) / 1000,
    };
  }

  /** Restores the best parameters and returns all memory. */
  finish(): void {
    this.#watch.restore();
    for (const owned of [
      this.#whole?.program,
      this.#rest?.program,
      this.#updater,
      this.#resident,
      this.#sample,
      this.#validation,
    ])
      owned?.dispose();
  }

  run(): Run {
    const { best, kept } = this.#watch;
    return runOf({
      history: this.#history,
      best,
      stopped: this.#stopped,
      kept: kept ?? this.#history.at(-1),
      baseline: this.#baseline,
    });
  }
}

const normalizes = ({ part }: Required<Inside>): boolean =>
  leavesOf(part).some(({ layer }) => !isComposite(layer) && layer.overBatch === true);
