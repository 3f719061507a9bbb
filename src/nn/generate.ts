import { compile } from '../compile/compile.js';
import { isMade } from '../config.js';
import { DataError, OptionError, ShapeError } from '../errors.js';
import { constant, full, table } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { equal } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { checkKeys, inRange, integer, refuse } from '../options.js';
import { draws } from '../random/draws.js';
import { log } from '../random/hostMath.js';
import { seedKey } from '../random/keys.js';
import { type Carry, isComposite, type Part, type Past } from './layer.js';
import { built, checkModel, type Inside, type Model } from './model.js';
import { callPart, leavesOf } from './walk.js';

export interface GenerateOptions {
  /** The number of ids to add. */
  length: number;
  /** Divides the logits: below 1 prefers what is probable; 0 always takes the most probable id. Default 1. */
  temperature?: number;
  /** Draws among this many most probable ids only. Default all. */
  topK?: number;
  /** Default 0. */
  seed?: number;
}

/** The layers that treat every step by itself, or remember the earlier ones. */
const STEPWISE =
  'sequential graph frozen rematerialize dense embedding positions attention transformer rnn gru lstm layerNorm rmsNorm batchNorm dropout ' +
  'gaussianDropout gaussianNoise activityPenalty relu tanh sigmoid softplus silu selu softmax leakyRelu elu gelu hardSwish hardSigmoid ' +
  'identity add multiply maximum average concat';
const stepwise = (part: Part): boolean => {
  const { name, options } = part.config;
  // Several inputs lie side by side, and these axes are those of the steps.
  if (options.reverse || (isComposite(part) && part.inputs) || options.axis === 1 || options.axis === -2) return false;
  return (
    isMade(part) &&
    STEPWISE.split(' ').includes(name) &&
    (!isComposite(part) || Object.values(part.children).every(stepwise))
  );
};

/** Continues a sequence of ids with a model [n, steps] → logits [n, steps, ids] that sees earlier steps only, such as a
 *  causal transformer: draws `length` ids one after another, each from the softmax of the logits for the step before, and
 *  returns them without the prompt. The same seed gives the same ids everywhere. Keys and values of attention and states of recurrent layers are kept,
 *  so that a step costs one step; beyond the steps for which the model was built, and with layers that could not be
 *  continued, the last steps are computed anew each time.
 *  @example
 *  const model = nn.sequential([nn.embedding(9, 8), nn.transformer({ heads: 2, hidden: 16, causal: true }), nn.dense(9)]).build([6]);
 *  generate(model, [1, 2], { length: 3, temperature: 0.8, topK: 4 }).length // 3 */
export function generate(model: Model, prompt: ArrayLike<number>, options: GenerateOptions): number[] {
  checkModel('generate', model);
  checkKeys('generate', options, ['length', 'temperature', 'topK', 'seed'], true);
  const length = integer('generate', 'length', options.length, 1);
  const temperature = inRange('generate', 'temperature', options.temperature ?? 1, 0);
  const topK = options.topK === undefined ? undefined : integer('generate', 'topK', options.topK, 1);
  const key = seedKey(options.seed ?? 0, 'generate');
  const inner = built(model);
  const ids = promptOf(prompt, inner);
  const [steps] = inner.shape;
  const refused = leavesOf(inner.part).find(({ layer }) => isMade(layer) && layer.config.options.causal === false);
  if (refused)
    throw new OptionError(
      `generate: ${refused.layer.config.name} '${refused.path}' sees later steps; make it with causal: true`,
    );
  const next = stepwise(model) ? continued(inner) : undefined;
  const window = (): Float32Array => {
    const seen = ids.slice(-steps);
    const x = new Float32Array(steps);
    x.set(seen);
    return logitsOf(model.predict(constant(x, [1, steps])), seen.length - 1);
  };
  try {
    let done = 0;
    for (let i = 0; i < length; i++) {
      let logits: Float32Array | undefined;
      if (next && ids.length <= steps) while (done < ids.length) logits = next(ids[done], done++);
      ids.push(sampled(logits ?? window(), { temperature, topK, draw: draws(key, 0, i).word }));
    }
  } finally {
    next?.dispose();
  }
  return ids.slice(-length);
}

/** The ids of the prompt, checked. */
function promptOf(prompt: ArrayLike<number>, { part, shape, blueprint }: Required<Inside>): number[] {
  if (shape.length !== 1)
    throw new ShapeError(`generate: the model takes rows of ${show(shape)}; it must take rows of ids, [steps]`);
  const { output, heads } = blueprint;
  if (heads || output.length !== 3 || output[1] !== shape[0])
    throw new ShapeError(
      `generate: the model gives ${show(output.slice(1))} for a row of ${shape[0]} ids; it must give logits [${shape[0]}, ids]`,
    );
  const isList = typeof prompt === 'object' && prompt !== null && prompt.length > 0;
  const ids: number[] = isList ? Array.from(prompt) : [];
  const count = leavesOf(part).find(({ layer }) => layer.ids)?.layer.ids ?? Number.POSITIVE_INFINITY;
  const ok = ids.length && ids.every((id) => Number.isInteger(id) && id >= 0 && id < count);
  return ok ? ids : refuse('generate', 'prompt', prompt, `a list of at least one id from 0 to ${count - 1}`);
}

/** The logits for one of the steps. */
const logitsOf = ({ shape: [, , ids], value }: Tensor, step: number): Float32Array =>
  (value as Float32Array).slice(step * ids, (step + 1) * ids);

/** What is kept of the earlier steps: the keys and values of attention, and the states of recurrent layers. */
interface Memory {
  readonly past: Tensor[];
  readonly states: Record<string, Tensor>;
}
/** A function that takes the next id and its step, and gives the logits of what comes after it. */
function continued({ part, parameters, shape: [length] }: Required<Inside>) {
  const step = compile((x: Tensor, steps: Tensor, memory: Memory) => {
    const after: Memory = { past: [], states: {} };
    const here = equal(
      table([1, length, 1], (i) => i),
      steps,
    );
    const past: Past = {
      steps,
      length,
      append(row) {
        const before = memory.past[after.past.length] ?? full([1, length, row.shape[2]], 0);
        const all = where(here, row, before);
        after.past.push(all);
        return all;
      },
    };
    const carry: Carry = {
      take: (name, shape) => memory.states[name] ?? full(shape, 0),
      leave(name, state) {
        after.states[name] = state;
      },
    };
    const call = { training: false, key: [0, 0] as const, updates: new Map(), penalties: [], past, carry };
    const counter = (): Tensor => constant(new Int32Array(1), [1]);
    return { y: callPart(part, x, parameters.tensors(), { ...call, counter }), after };
  });
  let memory: Memory = { past: [], states: {} };
  const next = (id: number, at: number): Float32Array => {
    const { y, after } = step(constant(Float32Array.of(id), [1, 1]), constant(Float32Array.of(at), [1]), memory);
    memory = after;
    return logitsOf(y, 0);
  };
  return Object.assign(next, { dispose: () => step.dispose() });
}

interface Sampling {
  readonly temperature: number;
  readonly topK?: number;
  /** Gives a random u32. */
  draw(): number;
}
/** Draws from the softmax of the logits: the largest logit with Gumbel noise (Gumbel 1954). */
function sampled(logits: Float32Array, { temperature, topK = logits.length, draw }: Sampling): number {
  const bad = logits.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new DataError(`generate: the logit of id ${bad} is ${logits[bad]}; train the model at a lower rate`);
  const order = Array.from(logits, (_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b);
  if (!temperature) return order[0];
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (const id of order.slice(0, topK)) {
    const score = logits[id] / temperature - log(-log((draw() + 0.5) / 4294967296));
    if (score > most) [best, most] = [id, score];
  }
  return best;
}
