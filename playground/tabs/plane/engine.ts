import { binaryCrossEntropy, compile, type Model, randomGenerator, type Tensor, tensor } from '../../../src/index.js';
import { built } from '../../../src/nn/model.js';
import type { Numbers } from '../../../src/train/rollback.js';
import { type Verdict as Kind, verdictOf } from '../../../src/train/verdict.js';
import type { State } from '../../state.js';
import type { Act, Engine, Frame, Logged, Verdict } from '../../tab.js';
import { Updates } from '../shared/updates.js';
import { type Data, dataOf, type Rows } from './data.js';
import { EDGE } from './points.js';
import { programOf } from './program.js';
import { ACTIVATIONS, modelOf, recipeOf } from './recipe.js';
import { activationsOf, unitsOf } from './spec.js';

/** Points to a side of the large map and of those of the units. */
export const GRID = 64;
export const SMALL = 24;
/** Bars of a histogram. */
export const BINS = 24;

/** The points of a square grid, row by row from the top. */
const gridOf = (side: number): Tensor => {
  const at = (i: number): number => EDGE * ((2 * i + 1) / side - 1);
  const x = Float32Array.from({ length: 2 * side * side }, (_, i) =>
    i % 2 ? -at(Math.floor(i / 2 / side)) : at((i >> 1) % side),
  );
  return tensor(x).reshape([side * side, 2]);
};
const rowsOf = ({ x, y }: Rows): { readonly x: Tensor; readonly y: Tensor } => ({
  x: tensor(x).reshape([y.length, 2]),
  y: tensor(y).reshape([y.length, 1]),
});

/** What is known after an epoch: losses without penalties and shares of wrong answers; the first entry is from before the training. */
interface Scores {
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly trainError: number;
  readonly validationError: number;
}
interface Best {
  readonly epoch: number;
  readonly loss: number;
  readonly parameters: Float32Array[];
}
interface Saved {
  readonly state: State;
  /** The step with which the present options began. */
  readonly since: number;
  readonly step: number;
  readonly numbers: Numbers;
  readonly history: readonly Scores[];
  readonly best?: Best;
  readonly waited: number;
  readonly ended: '' | 'stopped' | 'diverged';
}

class Plane implements Engine {
  #state: State = {};
  #data!: Data;
  #model!: Model;
  #updates?: Updates;
  #forward?: ReturnType<typeof compile<(x: Tensor, parameters: Tensor[]) => Tensor[]>>;
  /** The loss as a measure, whatever the training smooths. */
  readonly #loss = compile((z: Tensor, y: Tensor) => binaryCrossEntropy()(z, y));
  #sets: Partial<Record<keyof Data, { x: Tensor; y: Tensor }>> = {};
  readonly #grids = { [GRID]: gridOf(GRID), [SMALL]: gridOf(SMALL) };
  #order: { epoch: number; rows: Float32Array } = { epoch: -1, rows: new Float32Array(0) };
  #since = 0;
  #history: Scores[] = [];
  #best?: Best;
  #waited = 0;
  #ended: Saved['ended'] = '';
  #version = 0;
  step = 0;

  reset(state: State): void {
    this.#state = state;
    this.#release();
    this.#data = dataOf(state);
    const { train, validation, test } = this.#data;
    this.#sets = Object.fromEntries(
      Object.entries({ train, validation, test }).flatMap(([name, rows]) =>
        rows.y.length ? [[name, rowsOf(rows)]] : [],
      ),
    );
    this.#model = modelOf(state)[0].build([2], { seed: Number(state.seed) });
    const units = unitsOf(String(state.layers)).length;
    const activations = activationsOf(state).map((name) => ACTIVATIONS[name]);
    this.#forward = compile((x: Tensor, parameters: Tensor[]) => {
      const outputs: Tensor[] = [];
      let now = x;
      for (let layer = 0; layer <= units; layer++) {
        now = now.matmul(parameters[2 * layer]).add(parameters[2 * layer + 1]);
        if (layer < units) now = activations[layer](now);
        outputs.push(now);
      }
      return outputs;
    });
    this.step = 0;
    this.#version++;
    this.#history = [];
    this.#best = undefined;
    this.#waited = 0;
    this.#ended = '';
    this.#order.epoch = -1;
    this.#begin();
    this.#score();
  }

  /** Begins a stretch with the present options: the optimizer's averages are at 0. */
  #begin(): void {
    this.#since = this.step;
    this.#updates?.dispose();
    const [options] = recipeOf(this.#state, Math.max(2, this.length));
    this.#updates = new Updates(this.#model, options, { x: [2], y: [1] });
  }

  change(state: State): boolean {
    const before = this.#state;
    const changed = Object.keys(state).filter((key) => !Object.is(state[key], before[key]));
    if (changed.some((key) => !LIVE.has(key))) return false;
    this.#state = state;
    if (changed.includes('patience')) this.#waited = 0;
    if (changed.some((key) => key !== 'patience')) this.#begin();
    // A run that had come to its end goes on with other options.
    if (this.#ended && changed.length) this.#ended = '';
    return true;
  }

  act({ name, values: [parameter, index, value] }: Act): void {
    const found = name === 'weight' ? this.#model.parameters()[parameter] : undefined;
    if (!found || !(index in found.get()) || !Number.isFinite(value)) return;
    found.set(found.get().fill(value, index, index + 1));
  }

  get #rows(): number {
    return this.#data.train.y.length;
  }
  get #batch(): number {
    return Math.min(Number(this.#state.batch), this.#rows);
  }
  get #perEpoch(): number {
    return this.#rows ? Math.ceil(this.#rows / this.#batch) : 0;
  }
  get length(): number {
    return Number(this.#state.epochs) * this.#perEpoch;
  }
  get ended(): boolean {
    return this.#ended !== '' || !this.#rows;
  }

  advance(steps: number): number {
    const from = this.step;
    while (this.step < from + steps && !this.ended) {
      if (!this.#update()) {
        this.#ended = 'diverged';
        break;
      }
      this.step++;
      if (this.step % this.#perEpoch === 0) this.#epoch();
    }
    return this.step - from;
  }

  /** Makes one update; false where the loss or the gradient is not finite, and then nothing has changed. */
  #update(): boolean {
    const { n, xs, ys } = this.#next();
    return (this.#updates as Updates).make(this.step - this.#since, n, xs, ys);
  }
  /** The rows of the next update. */
  #next(): { readonly n: number; readonly xs: Float32Array; readonly ys: Float32Array } {
    const [perEpoch, batch] = [this.#perEpoch, this.#batch];
    const epoch = Math.floor(this.step / perEpoch);
    if (this.#order.epoch !== epoch)
      this.#order = {
        epoch,
        rows: randomGenerator(Number(this.#state.seed) + SEEDS * epoch)
          .permutation(this.#rows)
          .data(),
      };
    const at = (this.step % perEpoch) * batch;
    const rows = this.#order.rows.subarray(at, at + batch);
    const { train } = this.#data;
    const xs = new Float32Array(2 * rows.length);
    const ys = new Float32Array(rows.length);
    rows.forEach((row, i) => {
      xs[2 * i] = train.x[2 * row];
      xs[2 * i + 1] = train.x[2 * row + 1];
      ys[i] = train.y[row];
    });
    return { n: rows.length, xs, ys };
  }

  #epoch(): void {
    this.#score();
    const patience = Number(this.#state.patience);
    const loss = this.#history[this.#history.length - 1].validationLoss;
    if (!patience || Number.isNaN(loss)) return;
    const { parameters } = built(this.#model);
    if (!this.#best || loss < this.#best.loss) {
      this.#best = { epoch: this.#history.length - 1, loss, parameters: parameters.save() };
      this.#waited = 0;
    } else if (++this.#waited >= patience) {
      parameters.restore(this.#best.parameters);
      this.#ended = 'stopped';
    }
  }

  #measured(set: keyof Data): readonly [loss: number, error: number] {
    const rows = this.#sets[set];
    if (!rows) return [Number.NaN, Number.NaN];
    const z = this.#model.predict(rows.x);
    const [outputs, labels] = [z.data(), rows.y.data()];
    const wrong = outputs.reduce((sum, output, i) => sum + (output > 0 === labels[i] > 0 ? 0 : 1), 0);
    return [this.#loss(z, rows.y).item(), wrong / labels.length];
  }
  #score(): void {
    const [[trainLoss, trainError], [validationLoss, validationError]] = [
      this.#measured('train'),
      this.#measured('validation'),
    ];
    this.#history.push({ trainLoss, validationLoss, trainError, validationError });
  }

  /** The scores of the parameters as they are. */
  get #now(): Scores {
    const { epoch } = this.#best ?? {};
    return this.#history[this.#ended === 'stopped' && epoch !== undefined ? epoch : this.#history.length - 1];
  }

  frame(want: readonly string[]): Frame {
    const arrays: Record<string, Float32Array | Int32Array | Uint8Array> = {};
    const now = this.#now;
    const numbers: Record<string, number> = {
      version: this.#version,
      epoch: this.#history.length - 1,
      perEpoch: this.#perEpoch,
      rows: this.#rows,
      best: this.#best?.epoch ?? -1,
      stopped: this.#ended === 'stopped' ? 1 : 0,
      diverged: this.#ended === 'diverged' ? 1 : 0,
      ...now,
    };
    const parameters = this.#model.parameters();
    const tensors = parameters.map((parameter) => tensor(parameter.get()).reshape(parameter.shape));
    const passed = (x: Tensor): Tensor[] => this.#forward?.(x, tensors) ?? [];
    const whole = want.find((name) => name.startsWith('map'));
    if (whole !== undefined) {
      const outputs = passed(this.#grids[GRID]);
      const [, layer, unit] = whole.split(':').map(Number);
      const of = outputs[layer >= 0 && layer < outputs.length ? layer : outputs.length - 1];
      const [, units] = of.shape;
      const values = of.data();
      const column = unit >= 0 && unit < units ? unit : 0;
      arrays.map =
        units === 1 ? values.slice() : Float32Array.from({ length: GRID * GRID }, (_, i) => values[i * units + column]);
      if (layer >= 0) arrays.output = outputs[outputs.length - 1].data().slice();
    }
    if (want.includes('neurons'))
      arrays.neurons = flat(
        passed(this.#grids[SMALL])
          .slice(0, -1)
          .map((t) => t.data()),
      );
    const looked = want.find((name) => name.startsWith('rule:'));
    if (looked && !this.ended) this.#look(looked, numbers);
    if (want.includes('weights')) arrays.weights = flat(parameters.map((parameter) => parameter.get()));
    if (want.includes('histograms') && this.#sets.train)
      Object.assign(
        arrays,
        histograms(
          passed(this.#sets.train.x)
            .slice(0, -1)
            .map((t) => t.data()),
          numbers,
        ),
      );
    // What a last hidden layer of two units makes of the training points.
    if (want.includes('warp') && this.#sets.train && unitsOf(String(this.#state.layers)).at(-1) === 2) {
      arrays.warp = (passed(this.#sets.train.x).at(-2) as Tensor).data().slice();
      arrays.warpLabels = this.#data.train.y.slice();
    }
    if (want.includes('curves'))
      for (const key of ['trainLoss', 'validationLoss', 'trainError', 'validationError'] as const)
        arrays[key] = Float32Array.from(this.#history, (scores) => scores[key]);
    if (want.includes('points')) {
      const { train, validation, liars } = this.#data;
      arrays.trainX = train.x.slice();
      arrays.trainY = train.y.slice();
      arrays.validationX = validation.x.slice();
      arrays.validationY = validation.y.slice();
      arrays.liars = Int32Array.from(liars);
    }
    if (want.includes('test')) {
      [numbers.testLoss, numbers.testError] = this.#measured('test');
      arrays.testX = this.#data.test.x.slice();
      arrays.testY = this.#data.test.y.slice();
    }
    return { step: this.step, numbers, arrays };
  }

  /** The numbers of the next update of one weight: the names of its rule, as they are before and after. */
  #look(looked: string, numbers: Record<string, number>): void {
    const [, parameter, index] = looked.split(':').map(Number);
    const segment = built(this.#model).parameters.segments[parameter];
    if (!segment || !(index < segment.size)) return;
    const { n, xs, ys } = this.#next();
    const k = this.step - this.#since;
    const found = (this.#updates as Updates).looked(k, n, xs, ys, segment.offset + index);
    if (!found) return;
    const { before, after, gradient, norm, rate } = found;
    Object.assign(numbers, { 'rule.k': k + 1, 'rule.gradient': gradient, 'rule.norm': norm, 'rule.rate': rate });
    for (const [name, value] of Object.entries(before)) numbers[`before.${name}`] = value;
    for (const [name, value] of Object.entries(after)) numbers[`after.${name}`] = value;
  }

  save(): Saved {
    return {
      state: this.#state,
      since: this.#since,
      step: this.step,
      numbers: (this.#updates as Updates).save(),
      history: this.#history.slice(),
      best: this.#best,
      waited: this.#waited,
      ended: this.#ended,
    };
  }
  load(given: unknown): void {
    const from = given as Saved;
    const sameOptions = from.state === this.#state && from.since === this.#since;
    this.#state = from.state;
    this.step = from.step;
    if (!sameOptions) this.#begin();
    this.#since = from.since;
    this.#updates?.load(from.numbers);
    this.#history = from.history.slice();
    this.#best = from.best;
    this.#waited = from.waited;
    this.#ended = from.ended;
  }

  parameters(): readonly Float32Array[] {
    return this.#model.parameters().map((parameter) => parameter.get());
  }

  program(state: State, log: readonly Logged[]): string {
    return programOf({ state, log, steps: this.step, rows: this.#rows, stopped: this.#ended === 'stopped' });
  }

  verdict(): Verdict | undefined {
    const now = this.#now;
    if (!now || this.#history.length < 2)
      return this.#ended === 'diverged' ? { kind: 'diverged', numbers: { step: this.step } } : undefined;
    const { trainError, validationError, trainLoss, validationLoss } = now;
    const labels = this.#data.train.y;
    const ones = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    const scored = (loss: number, error: number) => ({ loss, accuracy: 1 - error });
    const { verdict } = verdictOf({
      kept: { training: scored(trainLoss, trainError), validation: scored(validationLoss, validationError) },
      baseline: scored(Number.NaN, Math.min(ones, 1 - ones)),
    } as unknown as Parameters<typeof verdictOf>[0]);
    const kind: Kind | 'diverged' = this.#ended === 'diverged' ? 'diverged' : verdict;
    const numbers = {
      train: Math.round(1000 * trainError) / 10,
      validation: Math.round(1000 * validationError) / 10,
      gap: Math.round(1000 * (validationError - trainError)) / 10,
      epoch: this.#ended === 'stopped' ? (this.#best?.epoch ?? 0) : this.#history.length - 1,
      step: this.step,
    };
    return { kind, numbers };
  }

  #release(): void {
    this.#updates?.dispose();
    this.#updates = undefined;
    this.#forward?.dispose();
    this.#model?.dispose();
  }
  dispose(): void {
    this.#release();
    this.#loss.dispose();
  }
}

/** The seed of an epoch's order is this many times its number away from the seed of the run. */
export const SEEDS = 100_000;
/** The settings that can be changed during a run. */
const LIVE = new Set([
  ...['optimizer', 'rate', 'schedule', 'clip'],
  ...['l2', 'l1', 'weightNoise', 'smoothing', 'maxNorm', 'patience'],
]);

function flat(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Counts the activations of each layer in equal bins between the smallest and the largest. */
function histograms(layers: readonly Float32Array[], numbers: Record<string, number>): { histograms: Int32Array } {
  const counts = new Int32Array(layers.length * BINS);
  layers.forEach((values, layer) => {
    let [low, high] = [0, 0];
    let [sum, squares] = [0, 0];
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
      squares += value * value;
    }
    const mean = sum / values.length;
    numbers[`low${layer}`] = low;
    numbers[`high${layer}`] = high;
    numbers[`std${layer}`] = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
    const width = high - low || 1;
    for (const value of values) counts[layer * BINS + Math.min(BINS - 1, Math.floor(((value - low) / width) * BINS))]++;
  });
  return { histograms: counts };
}

export const planeEngine = (): Engine => new Plane();
