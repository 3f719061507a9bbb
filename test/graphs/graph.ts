import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { Float64, IllConditioned, type Numbers, plain, random, sizeOf } from '../support/float64.js';
import { type Draw, ROWS, type Step } from './rows.js';

const NAMES = Object.keys(ROWS);
/** The number of runs with simulated rounding errors, beside the one without. */
const RUNS = 3;
/** The allowed error of a result: this multiple of the differences between those runs, and at least this share of its
 *  size. */
const FACTOR = 64;
const FLOOR = 2e-5;

/** A random graph that float32 can compute well, with what it computes. */
export interface Graph {
  /** Whether the graph turned out to be unusable. */
  readonly doubtful: boolean;
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  /** The numbers of its inputs, and the directions along which it is differentiated. */
  readonly x: readonly Float32Array[];
  readonly along: readonly Float32Array[];
  readonly across: readonly Float32Array[];
  /** Returns the results, the last of which is the loss, a weighted sum of all others. */
  build(xs: readonly Tensor[]): Tensor[];
  readonly truth: readonly Numbers[];
  /** The allowed error of each result, and of the loss's derivatives along the two directions and along both. */
  readonly within: readonly number[];
  readonly slopes: { readonly value: number; readonly within: number }[];
}

const INPUTS: readonly (readonly number[])[] = [[4, 6], [6], [4, 1], [2, 3, 4], [2, 4, 4, 2], [], [5], [6, 4]];
const LARGE: readonly (readonly number[])[] = [[96, 90], [90], [96, 1], [9, 11, 10], [2, 9, 9, 8]];

/** Makes the graph of a seed. `more` runs with rounding errors give a better estimate of the allowed errors; they do
 *  not change the graph. */
export function graphOf(seed: number, large = false, more = 0): Graph {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const most = large ? 10_000 : 160;
  const list = large ? LARGE : INPUTS;
  const shapes: (readonly number[])[] = Array.from({ length: 2 + below(3) }, () => list[below(list.length)]);
  const count = shapes.length;
  const filled = (low: number, high: number): Float32Array[] =>
    shapes
      .slice(0, count)
      .map((shape) => Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()));
  const x = filled(-1.5, 1.5);
  const [along, across] = [filled(-1, 1), filled(-1, 1)];

  const world = (run: number): Float64 => new Float64(run ? random(1000 * seed + run) : undefined);
  const worlds = Array.from({ length: RUNS + 1 }, (_, run) => world(run));
  const given = (): Numbers[] =>
    shapes.slice(0, count).map((shape, i) => ({
      ...plain(shape, x[i]),
      d: Float64Array.from(along[i]),
      e: Float64Array.from(across[i]),
    }));
  /** The tensors so far in every run. */
  const known = worlds.map(given);
  const draw: Draw = {
    shapes,
    most,
    below,
    one: (choices) => choices[below(choices.length)],
    between: (low, high) => low + (high - low) * next(),
    any(is = () => true) {
      // Prefers one of the last tensors, so that graphs become deep.
      const one = (): number => (below(2) ? below(shapes.length) : Math.max(0, shapes.length - 1 - below(4)));
      let at = one();
      for (let i = 0; i < 12 && !is(shapes[at]); i++) at = one();
      return at;
    },
  };
  const steps: Step[] = [];
  const names: string[] = [];
  const length = 3 + below(large ? 8 : 14);
  for (let tries = 0; tries < 4 * length && steps.length < length; tries++) {
    const name = NAMES[below(NAMES.length)];
    const step = ROWS[name](draw);
    if (!step) continue;
    try {
      const made = worlds.map((world, run) => step.truth(world, ...step.inputs.map((i) => known[run][i])));
      if (!made[0].v.length || made[0].v.length > most) continue;
      made.forEach((y, run) => void known[run].push(y));
      shapes.push(made[0].shape);
      steps.push(step);
      names.push(`${name}(${step.inputs.join()}) → [${made[0].shape}]`);
    } catch (error) {
      // Another op instead.
      if (!(error instanceof IllConditioned)) throw error;
    }
  }
  // If a run comes to the other side of a kink, the results are arbitrary.
  let doubtful = false;
  for (let run = RUNS + 1; run <= RUNS + more; run++) {
    const [own, numbers] = [world(run), given()];
    try {
      for (const step of steps) numbers.push(step.truth(own, ...step.inputs.map((i) => numbers[i])));
      known.push(numbers);
    } catch (error) {
      if (!(error instanceof IllConditioned)) throw error;
      doubtful = true;
    }
  }
  const kept = steps.map((_, i) => count + i).filter((i) => i === shapes.length - 1 || below(3) === 0);
  const weights = kept.map((i) => Float32Array.from({ length: sizeOf(shapes[i]) }, () => 2 * next() - 1));

  /** Σ weights · results, of a component of them. */
  const total = (run: number, part: 'v' | 'd' | 'e' | 'h', size = (v: number): number => v): number =>
    kept.reduce((sum, i, at) => sum + known[run][i][part].reduce((s, v, k) => s + size(v * weights[at][k]), 0), 0);
  const slopes = (['d', 'e', 'h'] as const).map((part) => {
    const value = total(0, part);
    const scale = total(0, part, Math.abs);
    const apart = known.map((_, run) => Math.abs(total(run, part) - value));
    return { value, within: FACTOR * Math.max(...apart) + FLOOR * (1 + scale) };
  });
  const truth = kept.map((i) => known[0][i]);
  const within = kept.map((i) => {
    let [apart, size] = [0, 0];
    known[0][i].v.forEach((v, k) => {
      size = Math.max(size, Math.abs(v));
      for (const run of known) apart = Math.max(apart, Math.abs(run[i].v[k] - v));
    });
    return FACTOR * apart + FLOOR * (0.1 + size);
  });

  return {
    doubtful,
    names: [...shapes.slice(0, count).map((shape) => `[${shape}]`), ...names],
    shapes: shapes.slice(0, count),
    x,
    along,
    across,
    truth,
    within,
    slopes,
    build(xs) {
      const made = [...xs];
      for (const step of steps) made.push(step.library(...step.inputs.map((i) => made[i])));
      const results = kept.map((i) => made[i]);
      const loss = results
        .map((t, i) => ops.sum(ops.mul(ops.reshape(t, [t.size]), tensor(weights[i]))))
        .reduce((a, b) => ops.add(a, b));
      return [...results, loss];
    },
  };
}
