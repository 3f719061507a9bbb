import {
  constrain,
  init,
  l1,
  l2,
  type Model,
  mse,
  nn,
  randomGenerator,
  type RecipeOptions,
  sgd,
  type Tensor,
  tensor,
  trainStep,
  type TrainStep,
} from '../../../src/index.js';
import { exp, log } from '../../../src/random/hostMath.js';
import type { State } from '../../state.js';
import type { Engine, Frame, Verdict } from '../../tab.js';
import { type Bowl, bowlFrom, bowlOf, type Kind, KINDS, lambdaOf, rowsOf, solve, zerosIn } from './bowl.js';
import { BOWLS } from './spec.js';

/** How far a weight may be from the solution when the run has arrived. */
const NEAR = 0.005;

/** The learning rate: less than half of the inverse of the largest curvature, so that the way is seen. */
const rateOf = ({ stretch }: Bowl, state: State): number =>
  Number((0.4 / (stretch + (state.form === 'ball' ? 0 : Number(state.lambda)))).toPrecision(3));

/** What keeps the weights small, and its text in a program. */
function restraint(kind: Kind, state: State): readonly [made: Partial<RecipeOptions>, text: string] {
  const [lambda, radius] = [Number(state.lambda), Number(state.radius)];
  if (state.form === 'ball')
    return kind === 'l1'
      ? [{ constrain: constrain.l1Ball(radius) }, `{ constrain: constrain.l1Ball(${radius}) }`]
      : [{ constrain: constrain.l2Ball(radius) }, `{ constrain: constrain.l2Ball(${radius}) }`];
  return kind === 'l1'
    ? [{ penalties: [l1(lambda, { proximal: true })] }, `{ penalties: [l1(${lambda}, { proximal: true })] }`]
    : [{ penalties: [l2(lambda)] }, `{ penalties: [l2(${lambda})] }`];
}

interface Panel {
  readonly kind: Kind;
  readonly model: Model;
  readonly step: TrainStep;
  /** The weights from the start to the present step. */
  path: Float32Array[];
}

/** Two linear models with two weights, on data whose loss is the bowl: one with L1, one with L2. */
class Penalties implements Engine {
  #state: State = {};
  #bowl!: Bowl;
  #panels: Panel[] = [];
  #x!: Tensor;
  #y!: Tensor;
  #cloud?: Float32Array;
  step = 0;

  reset(state: State): void {
    this.#release();
    this.#state = state;
    this.step = 0;
    this.#bowl = bowlOf(state);
    const { x, y } = rowsOf(this.#bowl);
    this.#x = tensor(x.map((row) => [...row]));
    this.#y = tensor(y.map((value) => [value]));
    this.#cloud = undefined;
    const learningRate = rateOf(this.#bowl, state);
    this.#panels = KINDS.map((kind) => {
      const model = nn.sequential([nn.dense(1, { bias: false, init: init.zeros() })]);
      model.build([2], { seed: Number(state.seed) });
      model.parameters()[0].set(Float32Array.from(this.#bowl.optimum));
      const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate }), ...restraint(kind, state)[0] });
      return { kind, model, step, path: [model.parameters()[0].get()] };
    });
  }
  change(state: State): boolean {
    const changed = Object.keys(state).filter((key) => !Object.is(state[key], this.#state[key]));
    if (changed.some((key) => key !== 'cloud')) return false;
    this.#state = state;
    return true;
  }
  get length(): number {
    return Number(this.#state.steps);
  }
  readonly ended = false;

  advance(steps: number): number {
    for (let k = 0; k < steps; k++) {
      for (const { model, step, path } of this.#panels) {
        step(this.#x, this.#y);
        path.push(model.parameters()[0].get());
      }
      this.step++;
    }
    return steps;
  }

  frame(): Frame {
    const arrays: Record<string, Float32Array> = {};
    for (const { kind, path } of this.#panels) arrays[kind] = Float32Array.from(path.flatMap((w) => [...w]));
    const numbers: Record<string, number> = {};
    if (this.#state.cloud) {
      arrays.cloud = this.#clouds().slice();
      Object.assign(numbers, this.#shares());
    }
    return { step: this.step, numbers, arrays };
  }

  /** The solutions of random bowls: w₁ and w₂ with L1, then with L2. */
  #clouds(): Float32Array {
    if (this.#cloud) return this.#cloud;
    const draws = randomGenerator(Number(this.#state.seed)).uniform([BOWLS, 4]).data();
    const cloud = new Float32Array(4 * BOWLS);
    for (let i = 0; i < BOWLS; i++) {
      const [a, b, turn, size] = draws.subarray(4 * i, 4 * i + 4);
      const bowl = bowlFrom([6 * a - 3, 6 * b - 3], 180 * turn - 90, exp(size * log(20)));
      KINDS.forEach((kind, k) => cloud.set(solve(kind, bowl, lambdaOf(kind, bowl, this.#state)), 4 * i + 2 * k));
    }
    this.#cloud = cloud;
    return cloud;
  }
  /** In how many of 100 bowls a weight is exactly 0, with L1 and with L2. */
  #shares(): { l1: number; l2: number } {
    const cloud = this.#clouds();
    let [one, two] = [0, 0];
    for (let i = 0; i < BOWLS; i++) {
      if (zerosIn(cloud.subarray(4 * i, 4 * i + 2))) one++;
      if (zerosIn(cloud.subarray(4 * i + 2, 4 * i + 4))) two++;
    }
    return { l1: (100 * one) / BOWLS, l2: (100 * two) / BOWLS };
  }

  save(): unknown {
    return { step: this.step, state: this.#state, paths: this.#panels.map(({ path }) => path.slice()) };
  }
  load(saved: unknown): void {
    const { step, state, paths } = saved as { step: number; state: State; paths: Float32Array[][] };
    this.step = step;
    this.#state = state;
    this.#panels.forEach((panel, i) => {
      panel.path = paths[i].slice();
      panel.model.parameters()[0].set(paths[i][paths[i].length - 1]);
    });
  }
  parameters(): readonly Float32Array[] {
    return this.#panels.map(({ model }) => model.parameters()[0].get());
  }

  program(state: State): string {
    const bowl = bowlOf(state);
    const { x, y } = rowsOf(bowl);
    const texts = KINDS.map((kind) => restraint(kind, state)[1]);
    const names = [
      ...(state.form === 'ball' ? ['constrain'] : []),
      'init',
      ...(state.form === 'ball' ? [] : ['l1', 'l2']),
      ...['mse', 'nn', 'sgd', 'tensor', 'trainStep'],
    ];
    return `// npm install regulus
import { ${names.join(', ')} } from 'regulus';

// Two rows, of which the half squared error is a bowl around the weights (${bowl.optimum.join(', ')}).
const x = tensor([${x.map((row) => `[${row.join(', ')}]`).join(', ')}]);
const y = tensor([${y.map((value) => `[${value}]`).join(', ')}]);

/** The weights of a linear model after training from there, with something that keeps them small. */
function trained(restraint) {
  const model = nn.sequential([nn.dense(1, { bias: false, init: init.zeros() })]);
  model.build([2]);
  model.parameters()[0].set(Float32Array.of(${bowl.optimum.join(', ')}));
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: ${rateOf(bowl, state)} }), ...restraint });
  for (let k = 0; k < ${this.step}; k++) step(x, y);
  return model.parameters()[0].get();
}
const weights = [
${texts.map((text) => `  trained(${text}),\n`).join('')}];

const bytes = new Uint8Array(weights.flatMap((vector) => [...new Uint8Array(vector.buffer)]));
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  }

  verdict(): Verdict | undefined {
    if (this.#state.cloud) return { kind: 'cloud', numbers: { ...this.#shares(), bowls: BOWLS } };
    if (!this.step) return undefined;
    const [one, two] = this.parameters();
    const solutions = KINDS.map((kind) => solve(kind, this.#bowl, lambdaOf(kind, this.#bowl, this.#state)));
    const numbers = { a1: one[0], a2: one[1], b1: two[0], b2: two[1], step: this.step };
    const arrived = [one, two].every((w, i) => w.every((x, j) => Math.abs(x - solutions[i][j]) < NEAR));
    if (!arrived) return { kind: 'moving', numbers };
    const [zeros, ofTwo] = [zerosIn(one), zerosIn(two)];
    return { kind: zeros === 2 ? 'empty' : zeros > ofTwo ? 'sparse' : 'dense', numbers };
  }

  #release(): void {
    for (const { model, step } of this.#panels) {
      step.dispose();
      model.dispose();
    }
    this.#panels = [];
  }
  dispose(): void {
    this.#release();
  }
}

export const penaltiesEngine = (): Engine => new Penalties();
