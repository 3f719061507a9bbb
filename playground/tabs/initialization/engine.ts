import {
  binaryCrossEntropy,
  compile,
  DivergenceError,
  init,
  type Model,
  nn,
  randomGenerator,
  sgd,
  type Tensor,
  tensor,
  trainStep,
  type TrainStep,
} from '../../../src/index.js';
import { exp, log } from '../../../src/random/hostMath.js';
import { gradient } from '../../../src/differentiate/gradient.js';
import { built } from '../../../src/nn/model.js';
import { callPart } from '../../../src/nn/walk.js';
import { seedKey } from '../../../src/random/keys.js';
import type { State } from '../../state.js';
import type { Engine, Frame, Verdict } from '../../tab.js';
import { BINS } from './spec.js';

/** The rows on which every step is made, and as many to validate. */
const ROWS = 128;
/** A run has learned when fewer than this share of answers are wrong; half of them are those of a guess. */
const LEARNED = 0.1;
/** A signal of which less than a tenth is left in the last layer has vanished. */
const SCALE = 10;

type Activation = 'tanh' | 'relu' | 'sigmoid';
const activationOf = (state: State): Activation => String(state.activation) as Activation;

/** One by one, so that no other layer comes with them. */
const LAYERS = { tanh: nn.tanh, relu: nn.relu, sigmoid: nn.sigmoid };

/** The model of the settings, and its text in a program. */
function modelOf(state: State): readonly [made: Model, text: string] {
  const [units, std] = [Number(state.units), Number(state.sigma)];
  const weights = std ? init.normal({ std }) : init.zeros();
  const text = std ? `init.normal({ std: ${std} })` : 'init.zeros()';
  const activation = activationOf(state);
  const layers = Array.from({ length: Number(state.depth) }, () => [
    nn.dense(units, { init: weights }),
    ...(state.batchNorm ? [nn.batchNorm()] : []),
    LAYERS[activation](),
  ]);
  return [
    nn.sequential([...layers.flat(), nn.dense(1, { init: weights })]),
    `nn.sequential([
  ...Array.from({ length: ${state.depth} }, () => [
    nn.dense(${units}, { init: ${text} }),${state.batchNorm ? '\n    nn.batchNorm(),' : ''}
    nn.${activation}(),
  ]).flat(),
  nn.dense(1, { init: ${text} }),
])`,
  ];
}

/** What a layer's numbers look like. */
interface Look {
  readonly std: number;
  readonly counts: Int32Array;
}

interface Looks {
  readonly activations: readonly Look[];
  readonly gradients: readonly Look[];
}

/** Counts numbers in bins between two bounds, with a bin on either side for those beyond them, and measures their deviation. */
function looked(values: Float32Array, low: number, high: number): Look {
  const counts = new Int32Array(BINS);
  let sum = 0;
  for (const value of values) {
    sum += value;
    const bin = Math.floor(((value - low) / (high - low || 1)) * (BINS - 2)) + (value === high ? 0 : 1);
    counts[bin > 0 ? Math.min(BINS - 1, bin) : 0]++;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { std: Math.sqrt(squares / values.length), counts };
}

interface Saved {
  readonly step: number;
  readonly model: ReturnType<Model['state']>;
  readonly curves: Curves;
  readonly diverged: boolean;
}
/** Losses of points of training and validation, the first from before the training, and the shares of wrong answers as they are now. */
interface Curves {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly errors: readonly [train: number, validation: number];
}
/** How far the middles of the two clouds are from 0, in every coordinate: 3 from it in all. */
const offsetOf = ({ units }: State): number => Number((3 / Math.sqrt(Number(units))).toPrecision(3));

class Initialization implements Engine {
  #state: State = {};
  #model!: Model;
  #train?: TrainStep;
  #x!: Tensor;
  #y!: Tensor;
  #through?: ReturnType<typeof compile<(x: Tensor, y: Tensor, parameters: Tensor[]) => Tensor[]>>;
  #all!: Tensor;
  #curves!: Curves;
  #diverged = false;
  #run = 0;
  #looked?: { readonly step: number; readonly looks: Looks };
  /** How the layers look at first, of which the verdict speaks. */
  #first: Looks = { activations: [], gradients: [] };
  step = 0;

  reset(state: State): void {
    this.dispose();
    this.#state = state;
    const [seed, units] = [Number(state.seed), Number(state.units)];
    const offset = offsetOf(state);
    const points = randomGenerator(seed)
      .normal([2 * ROWS, units])
      .data()
      .map((value, i) => value + (Math.floor(i / units) % 2 ? offset : -offset));
    this.#all = tensor(points).reshape([2 * ROWS, units]);
    this.#x = tensor(points.subarray(0, ROWS * units)).reshape([ROWS, units]);
    this.#y = tensor(Float32Array.from({ length: ROWS }, (_, i) => i % 2)).reshape([ROWS, 1]);
    this.#model = modelOf(state)[0].build([units], { seed });
    this.#train = trainStep(this.#model, {
      loss: binaryCrossEntropy(),
      optimizer: sgd({ learningRate: Number(state.rate) }),
    });
    const { part, parameters } = built(this.#model);
    const names = parameters.segments.map(({ name }) => name);
    this.#through = compile((x: Tensor, y: Tensor, given: Tensor[]) => {
      const hidden: Tensor[] = [];
      const z = callPart(part, x, Object.fromEntries(names.map((name, i) => [name, given[i]])), {
        ...{ training: true, key: seedKey(0), updates: new Map(), penalties: [] },
        counter: () => tensor(0),
        seen: (_, { config }, output) => void (config.name === state.activation && hidden.push(output)),
      });
      // Back from layer to layer: the gradient of the loss with respect to what each of them gives.
      const gradients: Tensor[] = [];
      let [later, seed]: [Tensor, Tensor | undefined] = [binaryCrossEntropy()(z, y), undefined];
      for (const output of hidden.toReversed()) {
        [seed] = gradient(later, [output], seed);
        gradients.unshift(seed);
        later = output;
      }
      return [...hidden, ...gradients];
    });
    this.step = 0;
    this.#curves = { train: [], validation: [], errors: [0, 0] };
    this.#score();
    this.#diverged = false;
    this.#run++;
    this.#looked = undefined;
    this.#first = this.#looks();
  }
  change(): boolean {
    return false;
  }
  get length(): number {
    return Number(this.#state.steps);
  }
  get ended(): boolean {
    return this.#diverged;
  }

  advance(steps: number): number {
    const from = this.step;
    while (this.step < from + steps && !this.#diverged) {
      try {
        (this.#train as TrainStep)(this.#x, this.#y);
        this.step++;
        this.#score();
      } catch (error) {
        if (!(error instanceof DivergenceError)) throw error;
        this.#diverged = true;
      }
    }
    return this.step - from;
  }

  /** Measures the losses and errors of both sets. */
  #score(): void {
    const [losses, errors] = [
      [0, 0],
      [0, 0],
    ];
    this.#model
      .predict(this.#all)
      .data()
      .forEach((z, i) => {
        const set = i < ROWS ? 0 : 1;
        const margin = i % 2 ? z : -z;
        losses[set] += ((margin < 0 ? -margin : 0) + log(1 + exp(margin < 0 ? margin : -margin))) / ROWS;
        // Where the network answers nothing, half of the answers are wrong.
        errors[set] += (margin > 0 ? 0 : margin < 0 ? 1 : 0.5) / ROWS;
      });
    const { train, validation } = this.#curves;
    this.#curves = {
      ...{ train: [...train, losses[0]], validation: [...validation, losses[1]] },
      errors: [errors[0], errors[1]],
    };
  }

  #looks(): Looks {
    const parameters = this.#model.parameters().map((one) => tensor(one.get()).reshape(one.shape));
    const found = (this.#through?.(this.#x, this.#y, parameters) ?? []).map((t) => t.data());
    const depth = found.length / 2;
    const [low, high] = RANGES[activationOf(this.#state)];
    // The gradients are seen against those of the last layer.
    const last = 4 * looked(found[found.length - 1], -1, 1).std;
    return {
      activations: found.slice(0, depth).map((values) => looked(values, low, high)),
      gradients: found.slice(depth).map((values) => looked(values, -last, last)),
    };
  }

  frame(): Frame {
    const { step } = this;
    if (this.#looked?.step !== step) this.#looked = { step, looks: this.#looks() };
    // Where numbers are not finite any more, the picture is the first one.
    const finite = this.#looked.looks.gradients.every(({ std }) => Number.isFinite(std));
    const { activations, gradients } = finite ? this.#looked.looks : this.#first;
    const all = [...activations, ...gradients];
    const counts = new Int32Array(all.length * BINS);
    all.forEach((one, i) => counts.set(one.counts, i * BINS));
    return {
      step,
      texts: { of: JSON.stringify({ ...this.#state, sigma: 0 }) },
      numbers: {
        ...{ run: this.#run, sigma: Number(this.#state.sigma), error: this.#diverged ? 0.5 : this.#curves.errors[1] },
        done: this.#diverged || step >= this.length ? 1 : 0,
      },
      arrays: {
        ...{ counts, stds: Float32Array.from(all, ({ std }) => std) },
        ...{ train: Float32Array.from(this.#curves.train), validation: Float32Array.from(this.#curves.validation) },
      },
    };
  }

  save(): Saved {
    return { step: this.step, model: this.#model.state(), curves: this.#curves, diverged: this.#diverged };
  }
  load(saved: unknown): void {
    const { step, model, curves, diverged } = saved as Saved;
    this.step = step;
    this.#model.load(model);
    this.#curves = curves;
    this.#diverged = diverged;
  }
  parameters(): readonly Float32Array[] {
    return this.#model.parameters().map((parameter) => parameter.get());
  }

  program(state: State): string {
    const { seed, units, rate } = state;
    const offset = offsetOf(state);
    return `// npm install regulus
import { binaryCrossEntropy, init, nn, randomGenerator, sgd, tensor, trainStep } from 'regulus';

// Two clouds of points, in turn.
const points = randomGenerator(${seed}).normal([${2 * ROWS}, ${units}]).data();
const x = tensor(points.slice(0, ${ROWS * Number(units)}).map((value, i) => value + (Math.floor(i / ${units}) % 2 ? ${offset} : -${offset})))
  .reshape([${ROWS}, ${units}]);
const y = tensor(Array.from({ length: ${ROWS} }, (_, i) => i % 2)).reshape([${ROWS}, 1]);

const model = ${modelOf(state)[1]};
model.build([${units}], { seed: ${seed} });
const step = trainStep(model, { loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: ${rate} }) });
for (let k = 0; k < ${this.step}; k++) step(x, y);

const bytes = new Uint8Array(model.parameters().flatMap((parameter) => [...new Uint8Array(parameter.get().buffer)]));
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  }

  verdict(): Verdict | undefined {
    const { activations, gradients } = this.#first;
    const depth = activations.length;
    const [first, last] = [activations[0].std, activations[depth - 1].std];
    const [train, validation] = this.#curves.errors.map((error) => Math.round(100 * error));
    const fold = gradients[depth - 1].std / gradients[0].std;
    const numbers = { step: this.step, depth, first, last, train, validation, fold: Math.max(fold, 1 / fold) };
    const kind = (): string => {
      if (validation < 100 * LEARNED) return 'learned';
      if (!Number(this.#state.sigma)) return 'symmetric';
      if (last * SCALE < first) return 'vanished';
      if (train < 100 * LEARNED) return 'memorized';
      return fold * SCALE < 1 ? 'exploded' : fold > SCALE ? 'faded' : 'slow';
    };
    return this.#diverged ? { kind: 'diverged', numbers } : this.step ? { kind: kind(), numbers } : undefined;
  }

  dispose(): void {
    this.#train?.dispose();
    this.#through?.dispose();
    if (this.#train) this.#model.dispose();
    this.#train = undefined;
  }
}

/** Where the histograms of activations begin and end. */
const RANGES: Readonly<Record<Activation, readonly [number, number]>> = {
  tanh: [-1, 1],
  relu: [0, 4],
  sigmoid: [0, 1],
};

export const initializationEngine = (): Engine => new Initialization();
