import { fromMemory } from '../../../src/data/fromMemory.js';
import { datasets, nearestNeighbors, randomGenerator, ridge, tensor } from '../../../src/index.js';
import type { State } from '../../state.js';
import type { Engine, Frame, Verdict } from '../../tab.js';
import { EDGE, heightsOf, isPolynomial, KS, LAST, XS } from './spec.js';

/** The fits to other samples, and the points of new ones on which errors are measured. */
const GHOSTS = 20;
const NEW = 50;
/** Places of a drawn curve, from −1 to 1. */
const PLACES = 101;
/** Rows of the neighbours, to learn from and to test; the side of the grid on which their regions are seen. */
const [TRAIN, TEST] = [60, 400];
const SIDE = 60;

const TRUTHS: Readonly<Record<string, (x: number) => number>> = {
  parabola: (x) => 2 * x * x - 1,
  cubic: (x) => 4 * x * x * x - 3 * x,
  quintic: (x) => 16 * x * x * x * x * x - 20 * x * x * x + 5 * x,
};
const spread = (count: number): number[] => Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1);
const fitTo = (lambda: number, degree: number, y: readonly (readonly number[])[]) =>
  ridge({ lambda, polynomial: { degree } }).fit(
    fromMemory({ x: XS, shape: [1], y: y.map((row) => [...row]), classes: false }),
  );
const error = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / a.length;
};

/** Everything about one capacity. */
interface Fit {
  readonly parameters: readonly Float32Array[];
  readonly arrays: Frame['arrays'];
  readonly train: number;
  readonly test: number;
  /** The error on new points, of the fits to other samples in the mean. */
  readonly mean: number;
}

/** The heights of the points from which a polynomial learns. */
const pointsOf = (state: State): number[] => {
  const own = heightsOf(String(state.heights));
  const f = TRUTHS[String(state.truth)];
  const draws = randomGenerator(Number(state.seed)).normal([XS.length]).data();
  return XS.map((x, i) => Math.fround(own[i] ?? f(x) + Number(state.noise) * draws[i]));
};

function polynomials(state: State): Fit[] {
  const f = TRUTHS[String(state.truth)];
  const [noise, lambda, seed] = [Number(state.noise), Number(state.lambda), Number(state.seed)];
  const y = pointsOf(state);
  const others = randomGenerator(seed + 1)
    .normal([XS.length, GHOSTS])
    .data();
  const ghosts = XS.map((x, i) => Array.from({ length: GHOSTS }, (_, j) => f(x) + noise * others[i * GHOSTS + j]));
  const fresh = randomGenerator(seed + 2)
    .normal([NEW])
    .data();
  const goal = spread(NEW).map((x, i) => f(x) + noise * fresh[i]);
  const places = tensor([...XS, ...spread(NEW), ...spread(PLACES)].map((x) => [x]));
  const truth = Float32Array.from(spread(PLACES), f);
  return Array.from({ length: LAST + 1 }, (_, degree) => {
    const own = fitTo(
      lambda,
      degree,
      y.map((value) => [value]),
    );
    const found = own.predict(places).data();
    // The penalty is shared by all columns of targets.
    const all = fitTo(lambda / GHOSTS, degree, ghosts)
      .predict(places)
      .data();
    const column = (j: number) => Float32Array.from({ length: found.length }, (_, i) => all[i * GHOSTS + j]);
    const columns = Array.from({ length: GHOSTS }, (_, j) => column(j));
    const [start, end] = [XS.length, XS.length + NEW];
    return {
      parameters: [own.weights.data(), own.bias.data()],
      train: error(found.subarray(0, start), y),
      test: error(found.subarray(start, end), goal),
      mean: columns.reduce((sum, values) => sum + error(values.subarray(start, end), goal), 0) / GHOSTS,
      arrays: {
        points: Float32Array.from(y),
        fit: found.slice(end),
        truth,
        ghosts: Float32Array.from(columns.flatMap((values) => [...values.subarray(end)])),
      },
    };
  });
}

function neighbors(state: State): Fit[] {
  const all = datasets.moons({ n: TRAIN + TEST, noise: Number(state.noise), seed: Number(state.seed) });
  const [train, test] = [all.slice(0, TRAIN), all.slice(TRAIN)];
  // The middles of the grid’s cells; the moons lie around (0.5, 0.25).
  const at = (i: number): number => ((2 * i + 1) / SIDE - 1) * EDGE;
  const grid = tensor(
    Array.from({ length: SIDE * SIDE }, (_, i) => [0.5 + at(i % SIDE), 0.25 - at(Math.floor(i / SIDE))]),
  );
  const wrong = (found: ArrayLike<number>, { y }: { y: ArrayLike<number> }): number =>
    Array.from(y).reduce((sum, label, i) => sum + (found[i] === label ? 0 : 1), 0) / y.length;
  return KS.map((k) => {
    const model = nearestNeighbors({ k }).fit(train);
    const found = model.predict(test).data();
    const error = wrong(found, test);
    return {
      parameters: [Float32Array.from(found)],
      ...{ train: wrong(model.predict(train).data(), train), test: error, mean: error },
      arrays: {
        points: Float32Array.from(train.x, (value, i) => value - (i % 2 ? 0.25 : 0.5)),
        labels: Float32Array.from(train.y),
        region: Float32Array.from(model.predict(grid).data()),
      },
    };
  });
}

/** A run that visits capacities from the smallest to the largest: step k is degree k, or the k-th number of neighbours. */
class Capacity implements Engine {
  #state: State = {};
  #fits: readonly Fit[] = [];
  step = 0;
  readonly length = LAST;
  readonly ended = false;

  reset(state: State): void {
    this.step = 0;
    this.#set(state);
  }
  #set(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#fits = isPolynomial(state) ? polynomials(state) : neighbors(state);
  }
  change(state: State): boolean {
    if (state.model !== this.#state.model || state.seed !== this.#state.seed) return false;
    this.#set(state);
    return true;
  }
  advance(steps: number): number {
    const from = this.step;
    this.step = Math.min(LAST, from + steps);
    return this.step - from;
  }

  frame(): Frame {
    const { parameters, arrays } = this.#fits[this.step];
    const errors = (of: (fit: Fit) => number): Float32Array => Float32Array.from(this.#fits, of);
    return {
      step: this.step,
      texts: { of: JSON.stringify(this.#state) },
      numbers: { largest: parameters[0].reduce((most, w) => Math.max(most, Math.abs(w)), 0) },
      arrays: {
        ...Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()])),
        ...{ train: errors(({ train }) => train), test: errors(({ test }) => test), mean: errors(({ mean }) => mean) },
      },
    };
  }

  save(): unknown {
    return { step: this.step, state: this.#state };
  }
  load(saved: unknown): void {
    const { step, state } = saved as { step: number; state: State };
    this.step = step;
    this.#set(state);
  }
  parameters(): readonly Float32Array[] {
    return this.#fits[this.step].parameters;
  }

  program(): string {
    const state = this.#state;
    const body = isPolynomial(state)
      ? `import { dataset, ridge } from 'regulus';

const x = [${XS.join(', ')}].map((value) => [value]);
const y = [${pointsOf(state).join(', ')}].map((value) => [value]);
const model = ridge({ lambda: ${state.lambda}, polynomial: { degree: ${this.step} } }).fit(dataset({ x, y }));
const vectors = [model.weights.data(), model.bias.data()];
`
      : `import { datasets, nearestNeighbors } from 'regulus';

const all = datasets.moons({ n: ${TRAIN + TEST}, noise: ${state.noise}, seed: ${state.seed} });
const model = nearestNeighbors({ k: ${KS[this.step]} }).fit(all.slice(0, ${TRAIN}));
// The answers to the other points.
const vectors = [Float32Array.from(model.predict(all.slice(${TRAIN})).data())];
`;
    return `// npm install regulus
${body}
const bytes = new Uint8Array(vectors.flatMap((vector) => [...new Uint8Array(vector.slice().buffer)]));
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  }

  verdict(): Verdict | undefined {
    if (this.step < LAST) return undefined;
    const errors = this.#fits.map(({ test }) => test);
    const best = errors.indexOf(Math.min(...errors));
    if (!isPolynomial(this.#state)) {
      const [least, last] = [errors[best], errors[LAST]].map((share) => Math.round(1000 * share) / 10);
      return { kind: 'neighbors', numbers: { k: KS[best], least, last } };
    }
    const rounded = (error: number): number => Number(error.toFixed(6));
    const [least, last, train] = [errors[best], errors[LAST], this.#fits[LAST].train].map(rounded);
    const numbers = { best, least, last, train };
    return { kind: numbers.last > 1.5 * numbers.least ? 'u' : 'calm', numbers };
  }

  dispose(): void {
    this.#state = {};
  }
}

export const capacityEngine = (): Engine => new Capacity();
