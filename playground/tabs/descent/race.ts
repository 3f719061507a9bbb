import {
  type Compiled,
  adagrad,
  adam,
  clip,
  compile,
  hvp,
  type Optimizer,
  rmsprop,
  sgd,
  surfaces,
  type Tensor,
  tensor,
  valueAndGrad,
} from '../../../src/index.js';
import { normal } from '../../../src/ops/random.js';
import { copied } from '../../../src/ops/copy.js';
import { Clock, still } from '../../../src/optim/rule.js';
import { seedKey } from '../../../src/random/keys.js';
import type { State } from '../../state.js';
import { chosen, type Method, rateKey } from './spec.js';
import { startOf } from './surfaces.js';

/** The function of a surface, and its text in a program. */
export function functionOf(state: State): { readonly f: (x: Tensor) => Tensor; readonly text: string } {
  const name = String(state.surface);
  if (name !== 'bowl') {
    const key = name === 'ravine' ? 'quadratic' : (name as 'saddle');
    return { f: surfaces[key].f, text: `surfaces.${key}.f` };
  }
  const half = Number(state.condition) / 2;
  return {
    f: (x) =>
      x
        .square()
        .mul(tensor([0.5, half]))
        .sum(),
    text: `(x) => x.square().mul(tensor([0.5, ${half}])).sum()`,
  };
}

/** The optimizer of a method, and its text in a program. */
export function optimizerOf(state: State, method: Method): { readonly made: Optimizer; readonly text: string } {
  const learningRate = Number(state[rateKey(method)]);
  const momentum = Number(state.alpha);
  const plain = method === 'sgd' || momentum === 0;
  switch (method) {
    case 'adagrad':
      return { made: adagrad({ learningRate }), text: `adagrad({ learningRate: ${learningRate} })` };
    case 'rmsprop':
      return { made: rmsprop({ learningRate }), text: `rmsprop({ learningRate: ${learningRate} })` };
    case 'adam':
      return { made: adam({ learningRate }), text: `adam({ learningRate: ${learningRate} })` };
    case 'nesterov':
      if (!plain)
        return {
          made: sgd({ learningRate, momentum, nesterov: true }),
          text: `sgd({ learningRate: ${learningRate}, momentum: ${momentum}, nesterov: true })`,
        };
      break;
    case 'momentum':
      if (!plain)
        return {
          made: sgd({ learningRate, momentum }),
          text: `sgd({ learningRate: ${learningRate}, momentum: ${momentum} })`,
        };
  }
  return { made: sgd({ learningRate }), text: `sgd({ learningRate: ${learningRate} })` };
}

/** What is known of a method at a point, and of the update from there. */
interface Moment {
  readonly point: Float32Array;
  readonly value: number;
  /** The gradient of the surface, and what noise and clipping make of it. */
  readonly gradient: Float32Array;
  readonly used: Float32Array;
  /** The optimizer's vectors before the update. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}
export interface Track {
  readonly method: Method;
  readonly moments: Moment[];
  /** The point after the last moment, and the vectors there. */
  next: Float32Array;
  vectors: Readonly<Record<string, Float32Array>>;
  /** The moment whose value or gradient is not finite, with which the path ends. */
  end?: number;
}

type Step = ((...tensors: Tensor[]) => Tensor[]) & Compiled;
const vector = (values: ArrayLike<number>): Tensor => tensor(Float32Array.from(values));

/** Several optimizers on one surface. The steps are those of `descend`, bit by bit, all methods in one compiled program. */
export class Race {
  readonly tracks: readonly Track[];
  readonly #optimizers: readonly Optimizer[];
  readonly #clocks: readonly Clock[];
  readonly #step: Step;
  readonly #noise: number;
  readonly #key: ReturnType<typeof seedKey>;
  readonly #product: ((x: Tensor, v: Tensor) => Tensor) & Compiled;

  constructor(state: State) {
    const methods = chosen(state);
    const { f } = functionOf(state);
    const rule = Number(state.clip) ? clip.globalNorm(Number(state.clip)) : undefined;
    const start = Float32Array.from(startOf(state));
    this.#noise = Number(state.noise);
    this.#key = seedKey(Number(state.seed), 'playground');
    this.#optimizers = methods.map((method) => optimizerOf(state, method).made);
    this.#clocks = methods.map(() => new Clock());
    this.#product = compile(hvp(f));
    this.tracks = methods.map((method, i) => ({
      method,
      moments: [],
      next: start,
      vectors: Object.fromEntries(this.#optimizers[i].rule.state.map((name) => [name, new Float32Array(2)])),
    }));
    const segments = [{ name: 'x', shape: [2], size: 2, offset: 0, trainable: true, kind: 'weight' as const }];
    const none = vector([0]);
    const noisy = this.#noise > 0;
    this.#step = compile((...given: Tensor[]) => {
      const inputs = given[Symbol.iterator]();
      const taken = (): Tensor => inputs.next().value as Tensor;
      const draw = noisy ? taken() : undefined;
      return this.#optimizers.flatMap((optimizer) => {
        const theta = taken();
        const names = optimizer.rule.state;
        const vectors = names.map(taken);
        const [scalars, step, learningRate] = [taken(), taken(), taken()];
        const { value, grads } = valueAndGrad(f, { wrt: [0] })(theta);
        const noised = draw ? grads[0].add(draw) : grads[0];
        const bare = { theta, state: {}, scalars: none, step: none, learningRate: none };
        const used = rule?.apply({ ...bare, grad: copied(noised) }, segments, still).grad ?? noised;
        const next = optimizer.rule.apply(
          {
            ...{ theta: copied(theta), grad: copied(used), scalars, step, learningRate },
            state: Object.fromEntries(names.map((name, i) => [name, copied(vectors[i])])),
          },
          [],
          still,
        );
        return [
          ...[value, grads[0], used, next.theta ?? theta],
          ...names.map((name, i) => next.state?.[name] ?? vectors[i]),
        ];
      });
    }) as Step;
  }

  /** Knows the moments up to this step afterwards. */
  to(step: number): void {
    if (!this.tracks.length) return;
    for (let k = this.tracks[0].moments.length; k <= step && this.tracks.some(({ end }) => end === undefined); k++)
      this.#look(k);
  }

  #look(k: number): void {
    const inputs: Tensor[] = [];
    if (this.#noise) inputs.push(normal([2], 0, this.#noise, { key: this.#key, stream: k }));
    this.tracks.forEach((track, i) => {
      const { learningRate, rule } = this.#optimizers[i];
      const moment = this.#clocks[i].at(k, learningRate);
      inputs.push(vector(track.end === undefined ? track.next : [0, 0]));
      inputs.push(...rule.state.map((name) => vector(track.vectors[name])));
      inputs.push(vector(rule.scalars(moment)), vector([k]), vector([moment.learningRate]));
    });
    const results = this.#step(...inputs)[Symbol.iterator]();
    const taken = (): Float32Array => (results.next().value as Tensor).data().slice() as Float32Array;
    this.tracks.forEach((track, i) => {
      const [[value], gradient, used, next] = [taken(), taken(), taken(), taken()];
      const vectors = Object.fromEntries(this.#optimizers[i].rule.state.map((name) => [name, taken()]));
      // A path that has ended stays where it is.
      if (track.end !== undefined) {
        track.moments.push(track.moments[track.end]);
        return;
      }
      track.moments.push({ point: track.next, value, gradient, used, vectors: track.vectors });
      if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
        track.end = k;
        return;
      }
      track.next = next;
      track.vectors = vectors;
    });
  }

  /** What a track knows at a step. */
  at(track: Track, step: number): Moment {
    this.to(step);
    return track.moments[Math.min(step, track.moments.length - 1)];
  }
  /** The point and the vectors after the update from a step. */
  after(track: Track, step: number): { point: Float32Array; vectors: Track['vectors'] } {
    this.to(step + 1);
    const { point, vectors } = this.at(track, step + 1);
    return { point, vectors };
  }

  /** The Hessian at a point: h₁₁, h₁₂, h₂₂. */
  hessian(point: Float32Array): readonly [number, number, number] {
    const [first, second] = [
      [1, 0],
      [0, 1],
    ].map((v) => this.#product(vector(point), vector(v)).data());
    return [first[0], (first[1] + second[0]) / 2, second[1]];
  }

  dispose(): void {
    this.#step.dispose();
    this.#product.dispose();
  }
}
