import { Program } from '../compile/program.js';
import { OptionError, ShapeError } from '../errors.js';
import { gradient } from '../differentiate/gradient.js';
import { Storage, stored, view } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import type { Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import type { Optimizer } from '../optim/optimizer.js';
import { type Changes, Clock, type Rule } from '../optim/rule.js';
import type { Rate } from '../optim/schedule.js';
import { add } from '../ops/arithmetic.js';
import { copied } from '../ops/copy.js';
import { root } from '../ops/elementary.js';
import { sumSquares } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { assign, feed, guard, pack, record } from '../ops/storage.js';
import { seedKey } from '../random/keys.js';
import { floats, words } from '../wasm/engine.js';
import { byGroups, type Group, sharesOf } from './groups.js';

/** What an update is made of. */
export interface Recipe {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Rules beside the optimizer's, in the order given. */
  readonly rules: readonly Rule[];
  /** Parameters with rates of their own. */
  readonly groups: readonly Group[];
  /** Of dropout and other draws in training. */
  readonly seed: number;
}

/** A program that makes updates. Row i of its tables belongs to the i-th step of a run. */
export interface StepProgram {
  readonly horizon: number;
  /** Prepares row i for update k. */
  prepare(i: number, k: number, rate: Rate): void;
  /** Makes the updates of rows from … to − 1; gives the row at which it halted because a number was not finite, or `to`. */
  run(from: number, to: number): number;
  /** The loss of row i, penalties included, and the gradient's norm before clipping. */
  loss(i: number): number;
  norm(i: number): number;
  readonly program: Program;
  dispose(): void;
}

/** Columns of a step's row of scalars: the counter of random draws (a word), the learning rate, then the rules' own. */
const COUNTER = 0;
const RATE = 1;
const RULES = 2;
/** Rules of 'gradient' from here on clip: the norm that is reported is taken before. */
const CLIP = 3;

/** Makes programs that update a model, and owns what they share: the gradient and the rules' states. */
export class Updater {
  readonly #grad: Storage;
  readonly #states: { rule: Rule; vectors: Map<string, Storage> }[];
  readonly #clock = new Clock();
  readonly #size: number;

  constructor(
    readonly inside: Required<Inside>,
    readonly recipe: Recipe,
  ) {
    this.#size = inside.parameters.theta.size;
    const rules = [...recipe.rules, recipe.optimizer.rule];
    if (rules.filter(({ stage }) => stage === 'update').length > 1)
      throw new OptionError("rules: only one rule may be of the stage 'update', and the optimizer is one");
    this.#grad = new Storage('this training', 4 * this.#size, 'models');
    this.#states = rules.map((rule) => ({
      rule,
      vectors: new Map(rule.state.map((name) => [name, new Storage('this training', 4 * this.#size, 'models')])),
    }));
  }

  /** A program that takes its batch from x and y, for runs of up to `horizon` steps. */
  program(x: Tensor, y: Tensor, horizon: number): StepProgram {
    const offsets = new Map<Rule, { at: number; count: number }>();
    let width = RULES;
    const probe = { step: 0, learningRate: 0, power: () => 0 };
    for (const { rule } of this.#states) {
      const count = rule.scalars(probe).length;
      offsets.set(rule, { at: width, count });
      width += count;
    }
    const shares = width;
    width += this.recipe.groups.length;
    const scalars = new Storage('this training', 4 * horizon * width, 'programs');
    const losses = new Storage('this training', 4 * horizon, 'programs');
    const norms = new Storage('this training', 4 * horizon, 'programs');
    const row = feed(stored(scalars, [horizon, width]), [width]);
    const roots = this.#describe(x, y, row, { offsets, shares }, stored(losses, [horizon]), stored(norms, [horizon]));
    const program = new Program(roots, { kept: true });
    return {
      horizon,
      program,
      prepare: (i, k, rate) => {
        const at = (scalars.at >>> 2) + i * width;
        const moment = this.#clock.at(k, rate);
        words()[at + COUNTER] = k;
        const memory = floats();
        memory[at + RATE] = moment.learningRate;
        for (const [rule, { at: offset }] of offsets) {
          const values = rule.scalars(moment);
          for (let j = 0; j < values.length; j++) memory[at + offset + j] = values[j];
        }
        const { groups } = this.recipe;
        if (groups.length) memory.set(sharesOf(groups, k, moment.learningRate), at + shares);
      },
      run: (from, to) => program.run(from, to),
      loss: (i) => floats()[(losses.at >>> 2) + i],
      norm: (i) => floats()[(norms.at >>> 2) + i],
      dispose: () => {
        program.dispose();
        for (const storage of [scalars, losses, norms]) storage.dispose();
      },
    };
  }

  /** The whole update as a description, by stages. */
  #describe(
    x: Tensor,
    y: Tensor,
    row: Tensor,
    { offsets, shares }: { offsets: ReadonlyMap<Rule, { at: number; count: number }>; shares: number },
    losses: Tensor,
    norms: Tensor,
  ): Tensor[] {
    const { part, parameters } = this.inside;
    const { segments } = parameters;
    const { loss, seed } = this.recipe;
    let theta = parameters.theta;
    let grad = stored(this.#grad, [this.#size]);
    const finals: Tensor[] = [];
    const penalties: Tensor[] = [];
    const step = view(row, COUNTER, [1]);

    /** Applies a rule; what a rule of the user's own returns is copied into place, piece by piece: padding stays zero. */
    const apply = ({ rule, vectors }: { rule: Rule; vectors: Map<string, Storage> }): void => {
      const { at, count } = offsets.get(rule) as { at: number; count: number };
      const state = Object.fromEntries([...vectors].map(([name, storage]) => [name, stored(storage, [this.#size])]));
      const changes: Changes = rule.apply(
        { theta, grad, state, step, scalars: view(row, at, [count]), learningRate: view(row, RATE, [1]) },
        segments,
      );
      const into = (vector: Tensor, value: Tensor): Tensor => {
        if (value.size !== this.#size)
          throw new ShapeError(`rule: a result is ${show(value.shape)}; vectors are [${this.#size}], like theta`);
        if (rule.native) return value;
        return segments
          .filter(({ trainable }) => trainable)
          .reduce((v, { offset, size }) => assign(v, view(value, offset, [size]), offset), vector);
      };
      if (changes.theta) theta = into(theta, changes.theta);
      if (changes.grad) grad = into(grad, changes.grad);
      for (const [name, value] of Object.entries(changes.state ?? {})) finals.push(into(state[name], value));
      if (changes.penalty) penalties.push(changes.penalty);
    };
    const stage = (name: Rule['stage'], from = 0, to = Number.POSITIVE_INFINITY) =>
      this.#states
        .filter(({ rule }) => rule.stage === name && rule.order >= from && rule.order < to)
        .sort((a, b) => a.rule.order - b.rule.order)
        .forEach(apply);

    const own = theta;
    const perturbed = this.#states.some(({ rule }) => rule.stage === 'perturb');
    const saved = perturbed ? copied(theta) : undefined;
    stage('perturb');
    if (theta === own && saved) throw new OptionError("rule: a rule of the stage 'perturb' must return theta");

    const tensors = parameters.tensors(theta, parameters.buffers);
    const call = {
      training: true,
      key: seedKey(seed),
      counter: () => step,
      updates: new Map<string, Tensor>(),
      penalties: [] as Tensor[],
    };
    const output = callPart(part, x, tensors, call);
    const objective = call.penalties.reduce((sum, term) => add(sum, reshape(term, [])), reshape(loss(output, y), []));
    // From the last layer to the first, as the gradient flows: what a layer's parameters need is free again before the next layer.
    const trained = segments.filter(({ trainable }) => trainable).reverse();
    const pieces = gradient(
      objective,
      trained.map(({ name }) => tensors[name]),
    );
    grad = pack(
      grad,
      pieces,
      trained.map(({ offset }) => offset),
    );
    stage('gradient', 0, CLIP);
    const squares = sumSquares(grad);
    const total = penalties.reduce((sum, term) => add(sum, reshape(term, [])), objective);
    stage('gradient', CLIP);
    if (saved) theta = assign(theta, saved);

    // Nothing is changed for good by a step whose loss or gradient is not finite.
    grad = guard(guard(grad, total), squares);
    let buffers = parameters.buffers;
    if (call.updates.size) {
      buffers = guard(guard(buffers, total), squares);
      for (const [name, value] of call.updates) buffers = assign(buffers, value, parameters.find(name).offset);
      finals.push(buffers);
    }
    const { groups } = this.recipe;
    if (groups.length)
      theta = byGroups(theta, segments, groups, view(row, shares, [groups.length]), () => {
        stage('update');
        return theta;
      });
    else stage('update');
    stage('project');
    stage('average');
    return [record(total, losses), record(root(squares), norms), theta, ...finals];
  }

  dispose(): void {
    this.#grad.dispose();
    for (const { vectors } of this.#states) for (const storage of vectors.values()) storage.dispose();
  }

  /** The gradient of the last step, for messages. */
  gradientOf(offset: number, size: number): Float32Array {
    const at = (this.#grad.at >>> 2) + offset;
    return floats().slice(at, at + size);
  }
}
