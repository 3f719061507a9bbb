import {
  augment,
  compile,
  crossEntropy,
  type Model,
  randomGenerator,
  type Tensor,
  tensor,
} from '../../../src/index.js';
import { gradient } from '../../../src/differentiate/gradient.js';
import type { Numbers } from '../../../src/train/rollback.js';
import type { State } from '../../state.js';
import type { Engine, Frame, Logged, Verdict } from '../../tab.js';
import { Updates } from '../shared/updates.js';
import { dealt, type Images, nearest, type Packed, rowsOf, unpacked } from './data.js';
import { programOf } from './program.js';
import { augmentationsOf, IMAGE, modelOf, recipeOf } from './recipe.js';
import { CHANGES, levelsOf, LEVELS, PLACES } from './spec.js';

/** The seed of an epoch's order is this many times its number away from the seed of the run. */
const SEEDS = 100_000;
/** Images that are attacked to measure errors, and how often the gallery shows a digit. */
const ATTACKED = 100;
const DRAWS = 5;
const CLASSES = 10;
/** Of the measured changes, that of 0.1, by which a network is called robust. */
const FINE = CHANGES.indexOf(0.1);
/** The settings that can be changed during a run, and those of the pictures alone. */
const LIVE = new Set([
  ...['rotate', 'shift', 'zoom', 'noise', 'mirror', 'rate', 'l2', 'smoothing', 'hardened'],
  ...['digit', 'epsilon', 'drawn'],
]);
const LOOKS = new Set(['digit', 'epsilon', 'drawn']);

/** What is known after an epoch; the first entry is from before the training. */
interface Scores {
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly trainError: number;
  readonly validationError: number;
}
interface Saved {
  readonly state: State;
  /** The step with which the present options began. */
  readonly since: number;
  readonly step: number;
  readonly numbers: Numbers;
  readonly history: readonly Scores[];
  readonly diverged: boolean;
}

/** A network with one hidden layer that learns to tell digits apart. */
class Digits implements Engine {
  #state: State = {};
  #train!: Images;
  #validation!: Images;
  #model!: Model;
  #updates?: Updates;
  readonly #loss = compile((z: Tensor, y: Tensor) => crossEntropy()(z, y));
  /** ∂loss/∂x, along whose sign an image is attacked. */
  readonly #slope = compile((x: Tensor, y: Tensor, [weight, bias, last, lastBias]: Tensor[]) => {
    const z = x.matmul(weight).add(bias).relu().matmul(last).add(lastBias);
    return gradient(crossEntropy()(z, y), [x])[0];
  });
  #order: { epoch: number; rows: Float32Array } = { epoch: -1, rows: new Float32Array(0) };
  #since = 0;
  #history: Scores[] = [];
  #diverged = false;
  /** The share of validation digits that their nearest neighbour gets wrong. */
  #neighborError = 0;
  /** The errors under attacks, and the step to which they belong. */
  #robust: { readonly step: number; readonly errors: Float32Array } | undefined;
  step = 0;
  constructor(readonly all: Images) {}

  reset(state: State): void {
    this.#release();
    this.#state = state;
    const seed = Number(state.seed);
    [this.#train, this.#validation] = dealt(this.all, Number(state.size), seed);
    const { x, y } = this.#validation;
    const wrong = y.reduce(
      (sum, label, i) => sum + (this.#neighbor(x.subarray(i * PLACES)).label === label ? 0 : 1),
      0,
    );
    this.#neighborError = wrong / y.length;
    this.#model = modelOf(state)[0].build([...IMAGE], { seed });
    this.step = 0;
    this.#history = [];
    this.#diverged = false;
    this.#order.epoch = -1;
    this.#begin();
    this.#score();
  }
  /** Begins a stretch with the present options: the optimizer's averages are at 0. */
  #begin(): void {
    this.#since = this.step;
    this.#robust = undefined;
    this.#updates?.dispose();
    this.#updates = new Updates(this.#model, recipeOf(this.#state)[0], { x: IMAGE, y: [] });
  }
  change(state: State): boolean {
    const changed = Object.keys(state).filter((key) => !Object.is(state[key], this.#state[key]));
    if (changed.some((key) => !LIVE.has(key))) return false;
    this.#state = state;
    if (changed.some((key) => !LOOKS.has(key))) this.#begin();
    this.#diverged = false;
    return true;
  }

  get #batch(): number {
    return Math.min(Number(this.#state.batch), this.#train.y.length);
  }
  get #perEpoch(): number {
    return Math.ceil(this.#train.y.length / this.#batch);
  }
  get length(): number {
    return Number(this.#state.epochs) * this.#perEpoch;
  }
  get ended(): boolean {
    return this.#diverged;
  }

  advance(steps: number): number {
    const from = this.step;
    while (this.step < from + steps && !this.#diverged) {
      const epoch = Math.floor(this.step / this.#perEpoch);
      const seed = Number(this.#state.seed) + SEEDS * epoch;
      if (this.#order.epoch !== epoch)
        this.#order = { epoch, rows: randomGenerator(seed).permutation(this.#train.y.length).data() };
      const at = (this.step % this.#perEpoch) * this.#batch;
      const { x, y } = rowsOf(this.#train, this.#order.rows.subarray(at, at + this.#batch));
      if (!(this.#updates as Updates).make(this.step - this.#since, y.length, x, y)) {
        this.#diverged = true;
        break;
      }
      this.step++;
      if (this.step % this.#perEpoch === 0) this.#score();
    }
    return this.step - from;
  }

  /** The outputs for images, [n, 10]. */
  #logits(x: Float32Array): Tensor {
    return this.#model.predict(tensor(x).reshape([x.length / PLACES, ...IMAGE]));
  }
  #measured({ x, y }: Images): readonly [loss: number, error: number] {
    const z = this.#logits(x);
    return [this.#loss(z, tensor(y)).item(), wrongOf(z.data(), y)];
  }
  #score(): void {
    const [[trainLoss, trainError], [validationLoss, validationError]] = [
      this.#measured(this.#train),
      this.#measured(this.#validation),
    ];
    this.#history.push({ trainLoss, validationLoss, trainError, validationError });
  }

  #neighbor(image: Float32Array): { readonly row: number; readonly label: number } {
    const row = nearest(this.#train, image);
    return { row, label: this.#train.y[row] };
  }
  /** For images and their labels, the signs of ∂loss/∂x. */
  #signs(x: Float32Array, y: Float32Array): Float32Array {
    const parameters = this.#model.parameters().map((parameter) => tensor(parameter.get()).reshape(parameter.shape));
    return this.#slope(tensor(x).reshape([y.length, PLACES]), tensor(y), parameters)
      .data()
      .map(Math.sign);
  }
  /** The shares of validation digits that are wrong after an attack of each size. */
  #robustness(): Float32Array {
    if (this.#robust?.step !== this.step) {
      const [x, y] = [this.#validation.x.subarray(0, ATTACKED * PLACES), this.#validation.y.subarray(0, ATTACKED)];
      const signs = this.#signs(x, y);
      const errors = CHANGES.map((epsilon) => wrongOf(this.#logits(moved(x, signs, epsilon)).data(), y));
      this.#robust = { step: this.step, errors: Float32Array.from(errors) };
    }
    return this.#robust.errors;
  }

  frame(want: readonly string[]): Frame {
    const [, row = 0, epsilon = 0.1, drawn = ''] = want.find((name) => name.startsWith('look:'))?.split(':') ?? [];
    const own = levelsOf(String(drawn));
    const at = Number(row);
    const image = own
      ? Float32Array.from(own, (level) => level / LEVELS)
      : this.#validation.x.slice(at * PLACES, (at + 1) * PLACES);
    const before = softmax(this.#logits(image).data());
    const answer = largest(before);
    const label = own ? -1 : this.#validation.y[at];
    // What the network should say, or of a drawing, what it says.
    const attacked = moved(image, this.#signs(image, Float32Array.of(own ? answer : label)), Number(epsilon));
    const after = softmax(this.#logits(attacked).data());
    const [near, nearAttacked] = [image, attacked].map((some) => this.#neighbor(some));
    const arrays: Record<string, Float32Array> = {
      ...{ image, attacked, before, after, robust: this.#robustness().slice() },
      neighbor: rowsOf(this.#train, [near.row]).x,
    };
    for (const key of ['trainLoss', 'validationLoss', 'trainError', 'validationError'] as const)
      arrays[key] = Float32Array.from(this.#history, (scores) => scores[key]);
    if (want.includes('gallery')) arrays.gallery = this.#gallery();
    return {
      step: this.step,
      numbers: {
        ...{ label, answer, attackedAnswer: largest(after), near: near.label, nearAttacked: nearAttacked.label },
        ...{ epoch: this.#history.length - 1, perEpoch: this.#perEpoch, neighborError: this.#neighborError },
      },
      arrays,
      texts: { gallery: this.#key },
    };
  }
  /** What the gallery depends on. */
  get #key(): string {
    return [this.#state.size, this.#state.seed, ...augmentationsOf(this.#state).map(([, text]) => text)].join();
  }
  /** The first digit of each class as it is, and as training sees it: [6, 10, 64]. */
  #gallery(): Float32Array {
    const rows = Array.from({ length: CLASSES }, (_, digit) => Math.max(0, this.#train.y.indexOf(digit)));
    const { x } = rowsOf(this.#train, rows);
    const all = new Float32Array((1 + DRAWS) * x.length);
    all.set(x);
    const changes = augmentationsOf(this.#state).map(([change]) => change);
    if (!changes.length) for (let i = 1; i <= DRAWS; i++) all.set(x, i * x.length);
    else {
      const images = tensor(x).reshape([CLASSES, ...IMAGE]);
      const options = { draws: DRAWS, seed: Number(this.#state.seed) };
      all.set(augment.preview(augment.compose(changes), images, options).data(), x.length);
    }
    return all;
  }

  save(): Saved {
    return {
      ...{ state: this.#state, since: this.#since, step: this.step, history: this.#history.slice() },
      numbers: (this.#updates as Updates).save(),
      diverged: this.#diverged,
    };
  }
  load(given: unknown): void {
    const from = given as Saved;
    const same = from.state === this.#state && from.since === this.#since;
    this.#state = from.state;
    this.step = from.step;
    if (!same) this.#begin();
    this.#since = from.since;
    this.#robust = undefined;
    this.#updates?.load(from.numbers);
    this.#history = from.history.slice();
    this.#diverged = from.diverged;
  }
  parameters(): readonly Float32Array[] {
    return this.#model.parameters().map((parameter) => parameter.get());
  }
  program(state: State, log: readonly Logged[]): string {
    return programOf(state, log, this.step);
  }

  verdict(): Verdict | undefined {
    if (this.#diverged) return { kind: 'diverged', numbers: { step: this.step } };
    if (this.#history.length < 2) return undefined;
    const { trainError, validationError } = this.#history[this.#history.length - 1];
    const attackedError = this.#robustness()[FINE];
    const percent = (share: number): number => Math.round(1000 * share) / 10;
    const kind =
      trainError > 0.1
        ? 'underfitting'
        : attackedError < 0.25
          ? 'robust'
          : validationError - trainError > 0.08
            ? 'overfitting'
            : 'good';
    return {
      kind,
      numbers: {
        ...{ train: percent(trainError), validation: percent(validationError), attacked: percent(attackedError) },
        neighbor: percent(this.#neighborError),
      },
    };
  }

  #release(): void {
    this.#updates?.dispose();
    this.#updates = undefined;
    this.#model?.dispose();
  }
  dispose(): void {
    this.#release();
    this.#loss.dispose();
    this.#slope.dispose();
  }
}

/** Moves every number by ε in the direction of its sign, and stays between 0 and 1. */
const moved = (x: Float32Array, signs: Float32Array, epsilon: number): Float32Array =>
  x.map((value, i) => Math.min(1, Math.max(0, value + epsilon * signs[i])));
const largest = (values: ArrayLike<number>): number => Array.from(values).indexOf(Math.max(...Array.from(values)));
/** The share of rows whose largest output is not that of their label. */
const wrongOf = (outputs: Float32Array, y: Float32Array): number =>
  y.reduce((sum, label, i) => {
    const row = outputs.subarray(i * CLASSES, (i + 1) * CLASSES);
    return sum + (largest(row) === label ? 0 : 1);
  }, 0) / y.length;
const softmax = (z: Float32Array): Float32Array => tensor(z).softmax().data().slice();

/** The engine, of the digits that the page has loaded. */
export const digitsEngine = (data: unknown): Engine => new Digits(unpacked(data as Packed));
