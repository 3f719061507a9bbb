import {
  init,
  linearDecay,
  type Model,
  mse,
  nn,
  randomGenerator,
  type RecipeOptions,
  sgd,
} from '../../../src/index.js';
import { exp, log } from '../../../src/random/hostMath.js';
import type { State } from '../../state.js';
import type { Engine, Frame, Logged, Verdict } from '../../tab.js';
import { Updates } from '../shared/updates.js';
import { ARROWS, ROWS, SIZES, sizeOf } from './spec.js';

type Pair = readonly [number, number];
/** The weights from which the targets are made. */
const TRUTH: Pair = [1, 1];
/** A path rests where its loss is this little above the least, in the mean over its last tenth. */
const REST = 0.005;

/** The inputs, the second half as wide as the first, and targets with noise. */
function dataOf(state: State): { readonly x: Float32Array; readonly y: Float32Array } {
  const draws = randomGenerator(Number(state.seed)).normal([ROWS, 3]).data();
  const x = Float32Array.from({ length: 2 * ROWS }, (_, i) => draws[3 * (i >> 1) + (i % 2)] / (1 + (i % 2)));
  const y = Float32Array.from(
    { length: ROWS },
    (_, i) => TRUTH[0] * x[2 * i] + TRUTH[1] * x[2 * i + 1] + Number(state.noise) * draws[3 * i + 2],
  );
  return { x, y };
}
const recipe = (state: State): RecipeOptions => ({
  loss: mse(),
  optimizer: sgd({
    learningRate: state.decay
      ? linearDecay({ from: Number(state.rate), steps: Number(state.steps) })
      : Number(state.rate),
  }),
});
const recipeText = ({ decay, rate, steps }: State): string =>
  `{ loss: mse(), optimizer: sgd({ learningRate: ${decay ? `linearDecay({ from: ${rate}, steps: ${steps} })` : rate} }) }`;
/** The rows of a step’s batch; a row may come more than once. */
const drawn = (seed: number, count: number): Uint32Array =>
  Uint32Array.from(randomGenerator(seed).uniform([count]).data(), (share) => Math.floor(share * ROWS));
/** The seeds of a run’s steps are this far from those of another run. */
const SEEDS = 10_000;

interface Saved {
  readonly state: State;
  readonly since: number;
  readonly path: readonly Float32Array[];
}

interface Compared {
  readonly at: Float32Array;
  readonly fans: readonly (readonly Pair[])[];
  /** For each size, the root of the mean squared distance from the gradient of all rows. */
  readonly errors: Float32Array;
  /** Of the line through the errors on logarithmic scales, and its height in the middle. */
  readonly slope: number;
  readonly height: number;
  /** The gradient of all rows. */
  readonly g1: number;
  readonly g2: number;
}

/** Linear regression with two weights, by batches of rows that are drawn at random. */
class Batches implements Engine {
  #state: State = {};
  #data!: ReturnType<typeof dataOf>;
  #model?: Model;
  #updates?: Updates;
  #path: Float32Array[] = [];
  /** The step with which the present options began. */
  #since = 0;
  #known?: Compared;

  get step(): number {
    return this.#path.length - 1;
  }
  get length(): number {
    return Number(this.#state.steps);
  }
  readonly ended = false;

  reset(state: State): void {
    this.dispose();
    this.#state = state;
    this.#data = dataOf(state);
    this.#model = nn.sequential([nn.dense(1, { bias: false, init: init.zeros() })]).build([2]);
    this.#path = [Float32Array.of(Number(state.w1), Number(state.w2))];
    this.#model.parameters()[0].set(this.#path[0]);
    this.#begin();
  }
  #begin(): void {
    this.#since = this.step;
    this.#updates?.dispose();
    this.#updates = new Updates(this.#model as Model, recipe(this.#state), { x: [2], y: [1] });
  }
  change(state: State): boolean {
    const changed = Object.keys(state).filter((key) => !Object.is(state[key], this.#state[key]));
    if (changed.some((key) => !['batch', 'rate', 'decay'].includes(key))) return false;
    this.#state = state;
    if (changed.some((key) => key !== 'batch')) this.#begin();
    return true;
  }

  advance(steps: number): number {
    const [size, seed] = [sizeOf(this.#state), Number(this.#state.seed)];
    for (let k = 0; k < steps; k++) {
      const rows = size === ROWS ? undefined : drawn(seed * SEEDS + this.step, size);
      const row = (i: number): number => rows?.[i] ?? i;
      (this.#updates as Updates).make(
        this.step - this.#since,
        size,
        Float32Array.from({ length: 2 * size }, (_, i) => this.#data.x[2 * row(i >> 1) + (i % 2)]),
        Float32Array.from({ length: size }, (_, i) => this.#data.y[row(i)]),
      );
      this.#path.push((this.#model as Model).parameters()[0].get());
    }
    return steps;
  }

  /** The mean gradient of rows at the present weights. */
  #gradient(rows: ArrayLike<number>): Pair {
    const { x, y } = this.#data;
    const [w1, w2] = this.#path[this.step];
    let [a, b] = [0, 0];
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k];
      const error = (2 * (x[2 * i] * w1 + x[2 * i + 1] * w2 - y[i])) / rows.length;
      a += error * x[2 * i];
      b += error * x[2 * i + 1];
    }
    return [a, b];
  }
  /** The loss is c + ½(w − w*)ᵀH(w − w*): its Hessian and w*. */
  #bowl(): { readonly hessian: readonly [number, number, number]; readonly best: Pair } {
    const { x, y } = this.#data;
    let [a, b, c, p, q] = [0, 0, 0, 0, 0];
    for (let i = 0; i < ROWS; i++) {
      const [u, v, t] = [x[2 * i], x[2 * i + 1], (2 * y[i]) / ROWS];
      a += (2 * u * u) / ROWS;
      b += (2 * u * v) / ROWS;
      c += (2 * v * v) / ROWS;
      p += u * t;
      q += v * t;
    }
    const determinant = a * c - b * b;
    return { hessian: [a, b, c], best: [(c * p - b * q) / determinant, (a * q - b * p) / determinant] };
  }
  /** How far above the least loss each point of the path is. */
  #excess(): Float32Array {
    const { hessian, best } = this.#bowl();
    return Float32Array.from(this.#path, ([w1, w2]) => {
      const [u, v] = [w1 - best[0], w2 - best[1]];
      return (hessian[0] * u * u + 2 * hessian[1] * u * v + hessian[2] * v * v) / 2;
    });
  }

  frame(): Frame {
    const { fans, ...numbers } = this.#compared();
    const fan = fans[SIZES.indexOf(sizeOf(this.#state))] ?? [[numbers.g1, numbers.g2]];
    const { hessian, best } = this.#bowl();
    return {
      step: this.step,
      numbers: { slope: numbers.slope, height: numbers.height, g1: numbers.g1, g2: numbers.g2 },
      arrays: {
        ...{ errors: numbers.errors.slice(), excess: this.#excess() },
        ...{ bowl: Float32Array.of(...hessian, ...best), fan: Float32Array.from(fan.flat()) },
        path: Float32Array.from(this.#path.flatMap((w) => [...w])),
      },
    };
  }

  /** The gradients of batches of all sizes at the present weights, and how far they are from that of all rows. */
  #compared(): Compared {
    const at = this.#path[this.step];
    if (this.#known?.at === at) return this.#known;
    const all = this.#gradient(Array.from({ length: ROWS }, (_, i) => i));
    // Other batches that might have been drawn for the next step.
    const seed = (Number(this.#state.seed) + 1) * SEEDS + this.step;
    const fans = SIZES.map((n) => {
      const rows = drawn(seed, n * ARROWS);
      return Array.from({ length: ARROWS }, (_, k) => this.#gradient(rows.subarray(n * k, n * (k + 1))));
    });
    const errors = Float32Array.from(fans, (fan) =>
      Math.sqrt(
        fan.reduce((sum, [a, b]) => sum + (a - all[0]) * (a - all[0]) + (b - all[1]) * (b - all[1]), 0) / ARROWS,
      ),
    );
    // The line of least squares through the logarithms; sizes are 2ⁿ.
    const logs = Array.from(errors, (error) => log(error) / log(2));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const middle = (SIZES.length - 1) / 2;
    const slope =
      logs.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) /
      logs.reduce((sum, _, i) => sum + (i - middle) * (i - middle), 0);
    this.#known = { at, fans, errors, slope, height: exp(mean * log(2)), g1: all[0], g2: all[1] };
    return this.#known;
  }

  save(): Saved {
    return { state: this.#state, since: this.#since, path: this.#path.slice() };
  }
  load(saved: unknown): void {
    const { state, since, path } = saved as Saved;
    this.#state = state;
    this.#path = path.slice();
    this.#model?.parameters()[0].set(path[path.length - 1]);
    this.#begin();
    this.#since = since;
  }
  parameters(): readonly Float32Array[] {
    return [this.#path[this.step]];
  }

  program(state: State, entries: readonly Logged[]): string {
    let now = state;
    const changes = entries.flatMap((entry) => {
      if ('act' in entry) return [];
      const other = recipeText(entry.state) !== recipeText(now);
      const size = sizeOf(entry.state) !== sizeOf(now);
      now = entry.state;
      return [
        `  if (k === ${entry.at}) {${size ? ` size = ${sizeOf(now)};` : ''}${other ? ` step = trainStep(model, ${recipeText(now)});` : ''} }\n`,
      ];
    });
    const decays = state.decay || entries.some((entry) => 'state' in entry && entry.state.decay);
    return `// npm install regulus
import { ${['init', ...(decays ? ['linearDecay'] : []), 'mse', 'nn', 'randomGenerator', 'sgd', 'tensor', 'trainStep'].join(', ')} } from 'regulus';

// Two inputs, and a target that is their sum, with noise.
const draws = randomGenerator(${state.seed}).normal([${ROWS}, 3]).data();
const x = Float32Array.from({ length: ${2 * ROWS} }, (_, i) => draws[3 * (i >> 1) + (i % 2)] / (1 + (i % 2)));
const y = Float32Array.from({ length: ${ROWS} }, (_, i) => x[2 * i] + x[2 * i + 1] + ${state.noise} * draws[3 * i + 2]);

const model = nn.sequential([nn.dense(1, { bias: false, init: init.zeros() })]).build([2]);
model.parameters()[0].set(Float32Array.of(${state.w1}, ${state.w2}));
let step = trainStep(model, ${recipeText(state)});
let size = ${sizeOf(state)};
for (let k = 0; k < ${this.step}; k++) {
${changes.join('')}  const shares = size < ${ROWS} && randomGenerator(${Number(state.seed) * SEEDS} + k).uniform([size]).data();
  const rows = Array.from({ length: size }, (_, i) => (shares ? Math.floor(shares[i] * ${ROWS}) : i));
  step(
    tensor(rows.map((row) => [x[2 * row], x[2 * row + 1]])),
    tensor(rows.map((row) => [y[row]])),
  );
}

const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(model.parameters()[0].get().buffer));
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  }

  verdict(): Verdict | undefined {
    if (!this.step) return undefined;
    const excess = this.#excess();
    const last = excess.subarray(Math.floor(excess.length * 0.9));
    const mean = last.reduce((a, b) => a + b, 0) / last.length;
    const { slope } = this.#compared();
    const numbers = { excess: mean, slope, rows: this.step * sizeOf(this.#state), steps: this.step };
    return { kind: mean < REST ? 'rest' : mean < 100 ? 'ball' : 'diverged', numbers };
  }

  dispose(): void {
    this.#updates?.dispose();
    this.#updates = undefined;
    this.#model?.dispose();
    this.#model = undefined;
  }
}

export const batchesEngine = (): Engine => new Batches();
