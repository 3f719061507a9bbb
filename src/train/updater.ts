import { Program } from '../compile/program.js';
import type { Augmentation } from '../augment/augmentation.js';
import { OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { isLeaf, Storage, stored, view } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { held, type Tensor } from '../graph/tensor.js';
import type { AnyModel, Inside, State } from '../nn/model.js';
import type { Segment } from '../nn/parameters.js';
import type { Optimizer } from '../optim/optimizer.js';
import { type Changes, type Rule, still } from '../optim/rule.js';
import { seedKey, streams } from '../random/keys.js';
import type { Rate } from '../optim/schedule.js';
import { add } from '../ops/arithmetic.js';
import { copied } from '../ops/copy.js';
import { root } from '../ops/elementary.js';
import { sumSquares } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { assign, guard, record, feed } from '../ops/storage.js';
import { floats } from '../wasm/engine.js';
import { Owned } from '../wasm/owned.js';
import { Uncertainty } from './uncertainty.js';
import type { Adversarial } from '../regularize/adversarial.js';
import { AVERAGE } from '../regularize/averages.js';
import { addTo, meanOf, type Sums } from './accumulated.js';
import { type Backward, backward } from './backward.js';
import type { Bound } from './objective.js';
import type { Batches } from './resident.js';
import { certainty, type Losses, type LossWeights, Tasks } from './tasks.js';
import { byGroups, type Group } from './groups.js';
import { type Place, StepScalars } from './stepScalars.js';

/** The configuration of an update. */
export interface Recipe {
  /** The name of the calling function, for messages. */
  readonly where: string;
  readonly loss: Losses;
  readonly lossWeights?: LossWeights;
  readonly optimizer: Optimizer;
  /** Rules besides the optimizer's, in the order given. */
  readonly rules: readonly Rule[];
  /** The rule among them that keeps an average of the parameters, if any. */
  readonly average?: Rule;
  /** The base rate, relative to which groups' rates are expressed. Default: that of the step. */
  readonly rate?: Rate;
  readonly augment?: Augmentation;
  readonly adversarial?: Adversarial;
  /** Groups of parameters with learning rates of their own. */
  readonly groups: readonly Group[];
  /** The number of batches per update. */
  readonly accumulate: number;
  /** The seed of dropout and other random draws in training. */
  readonly seed: number;
  /** An objective instead of losses, and the model that is trained by it. */
  readonly objective?: Bound;
  readonly model?: AnyModel;
}

/** A program that makes updates, or that adds a batch to the next. Row i of its tables belongs to the i-th step of a run. */
export interface StepProgram {
  readonly horizon: number;
  /** Writes the scalars of update k to row i; `place` is the position of the batch in an update of several. */
  prepare(i: number, k: number, rate: Rate, place?: Place): void;
  /** Runs the steps of rows from … to − 1; returns the row at which it halted because a number was not finite, or `to`. */
  run(from: number, to: number): number;
  /** The loss of row i, penalties included, and the gradient's norm before clipping. */
  loss(i: number): number;
  norm(i: number): number;
  readonly program: Program;
  dispose(): void;
}

/** The order from which on rules of the stage 'gradient' clip; the reported norm is taken before them. */
const CLIP = 3;

/** The order that divides rules of the stage 'update': results of rules below it are scaled for each group; rules from it on, such as
 *  lookahead, see the scaled result. */
const AFTER = 1;

/** The loss and gradient of a batch, and the parameters that the update starts from. */
export interface Differentiated extends Backward {
  readonly theta: Tensor;
  readonly finals: Tensor[];
}

/** Makes programs that update a model, and owns what they share: the gradient and the rules' states. */
export class Updater {
  readonly #owned = new Owned();
  readonly #grad: Storage;
  readonly #sums?: Sums;
  readonly #states: { rule: Rule; vectors: Map<string, Storage> }[];
  readonly #scalars: StepScalars;
  readonly #uncertainty?: Uncertainty;
  readonly tasks: Tasks;
  readonly #size: number;

  constructor(
    readonly inside: Required<Inside>,
    readonly recipe: Recipe,
  ) {
    if (inside.shared)
      throw new UnsupportedError(
        `${recipe.where}: the parameters belong to the model that upTo was called on; train that, or a model with this one as a part`,
      );
    this.#size = inside.parameters.theta.size;
    const { rule, rules: own = [rule] } = recipe.optimizer;
    const rules = [...recipe.rules, ...own];
    if (recipe.rules.some(({ stage }) => stage === 'update'))
      throw new OptionError("rules: only one rule may be of the stage 'update', and the optimizer is one");
    this.tasks = new Tasks(recipe.where, inside, recipe);
    this.#scalars = new StepScalars({ ...recipe, rules });
    const vector = (size = this.#size): Storage => this.#owned.add(new Storage('this training', 4 * size, 'models'));
    [this.#grad, this.#sums, this.#uncertainty, this.#states] = this.#owned.whole(
      () =>
        [
          vector(),
          recipe.accumulate > 1 ? { grad: vector(), loss: vector(1) } : undefined,
          this.tasks.learned ? new Uncertainty(own, vector) : undefined,
          rules.map((rule) => ({ rule, vectors: new Map(rule.state.map((name) => [name, vector()])) })),
        ] as const,
    );
    for (const { rule, vectors } of this.#states)
      for (const name of rule.copies) vectors.get(name)?.write(inside.parameters.vector());
  }

  /** Makes a program that updates with each batch, in runs of up to `horizon` steps. */
  program(batch: Omit<Batches, 'rows'>, horizon: number): StepProgram {
    return this.#made(batch, horizon, (row, losses, norms) =>
      this.updated(this.differentiated(batch, row), row, losses, norms),
    );
  }
  /** Makes a program that adds the batch's gradient to the next update. */
  gatherer(batch: Omit<Batches, 'rows'>, horizon: number): StepProgram {
    return this.#made(batch, horizon, (row, losses) => this.#gather(batch, row, losses));
  }

  /** The counter of random draws in a row of scalars. */
  counter(row: Tensor): Tensor {
    return this.#scalars.counter(row);
  }
  /** The number of scalars of a step, and how they are written. */
  get scalars(): StepScalars {
    return this.#scalars;
  }

  #made(
    { carry }: Omit<Batches, 'rows'>,
    horizon: number,
    describe: (row: Tensor, losses: Tensor, norms: Tensor) => Tensor[],
  ): StepProgram {
    const { width } = this.#scalars;
    const owned = new Owned();
    const table = (n: number): Storage => owned.add(new Storage('this training', 4 * horizon * n, 'programs'));
    const [scalars, losses, norms, program] = owned.whole(() => {
      const [a, b, c] = [table(width), table(1), table(1)];
      const row = feed(stored(a, [horizon, width]), [width]);
      const roots = describe(row, stored(b, [horizon]), stored(c, [horizon]));
      return [a, b, c, owned.add(new Program([...roots, ...(carry?.roots ?? [])], { kept: true }))] as const;
    });
    return {
      horizon,
      program,
      prepare: (i, k, rate, place) => this.#scalars.write(scalars.at + 4 * i * width, k, rate, place),
      run: (from, to) => program.run(from, to),
      loss: (i) => floats()[(losses.at >>> 2) + i],
      norm: (i) => floats()[(norms.at >>> 2) + i],
      dispose: () => owned.dispose(),
    };
  }

  /** Applies a rule. The result of a rule of the user's own is copied segment by segment, so that padding stays zero. */
  #apply(
    { rule, vectors }: { rule: Rule; vectors: Map<string, Storage> },
    row: Tensor,
    { theta, grad }: { theta: Tensor; grad: Tensor },
  ): Changes & { finals: Tensor[] } {
    const { segments } = this.inside.parameters;
    const state = Object.fromEntries([...vectors].map(([name, storage]) => [name, stored(storage, [this.#size])]));
    const stream = streams.rule + this.#states.findIndex((known) => known.rule === rule);
    const draws = () => ({ draw: { key: seedKey(this.recipe.seed), stream }, step: this.#scalars.counter(row) });
    const changes: Changes = rule.apply({ theta, grad, state, ...this.#scalars.scalars(row, rule) }, segments, draws);
    const into = (vector: Tensor, value: Tensor): Tensor => {
      if (value.size !== this.#size)
        throw new ShapeError(`rule: a result is ${show(value.shape)}; vectors are [${this.#size}], like theta`);
      if (rule.native || value === vector) return value;
      // If a rule returns another vector's numbers, as by swapping two states, they are copied before they are overwritten.
      const own = isLeaf(held(value)) ? copied(value) : value;
      return segments
        .filter(({ trainable }) => trainable)
        .reduce((v, { offset, size }) => assign(v, view(own, offset, [size]), offset), vector);
    };
    return {
      ...(changes.theta && { theta: into(theta, changes.theta) }),
      ...(changes.grad && { grad: into(grad, changes.grad) }),
      finals: Object.entries(changes.state ?? {}).map(([name, value]) => into(state[name], value)),
      penalty: changes.penalty,
    };
  }

  #rulesOf(stage: Rule['stage'], from = 0, to = Number.POSITIVE_INFINITY) {
    return this.#states
      .filter(({ rule }) => rule.stage === stage && rule.order >= from && rule.order < to)
      .sort((a, b) => a.rule.order - b.rule.order);
  }

  /** Computes the loss and gradient of a batch at the point that rules of 'perturb' or the optimizer choose, and keeps the original θ. */
  differentiated(batch: Omit<Batches, 'rows'>, row: Tensor, step = this.counter(row)): Differentiated {
    const { parameters } = this.inside;
    const { ascent } = this.recipe.optimizer;
    const perturbing = this.#rulesOf('perturb');
    let { theta } = parameters;
    let grad = stored(this.#grad, [this.#size]);
    const finals: Tensor[] = [];
    const saved = perturbing.length || ascent ? copied(theta) : undefined;
    for (const rule of perturbing) {
      const changes = this.#apply(rule, row, { theta, grad });
      if (!changes.theta) throw new OptionError("rule: a rule of the stage 'perturb' must return theta");
      theta = changes.theta;
      finals.push(...changes.finals);
    }
    const update = this.#scalars.update(row);
    const s = this.#uncertainty?.pieces(this.tasks.list.length);
    const aim = { ...this.recipe, tasks: this.tasks };
    const back = () => backward(this.inside, aim, batch, { theta, into: grad, step, update, s });
    const { objective, updates, ofS, grad: first } = back();
    grad = first;
    if (ascent) {
      theta = assign(theta, ascent(theta, grad));
      ({ grad } = back());
    }
    if (saved) theta = assign(theta, saved);
    return { theta, grad, objective, updates, ofS, finals };
  }

  /** Writes the next values of parameters that are not trained, once the step is known to be finite. */
  #written(updates: ReadonlyMap<string, Tensor>, checked: (vector: Tensor) => Tensor): Tensor[] {
    const { parameters } = this.inside;
    if (!updates.size) return [];
    let buffers = checked(parameters.buffers);
    for (const [name, value] of updates) buffers = assign(buffers, value, parameters.find(name).offset);
    return [buffers];
  }

  /** Describes the step of a batch that is not the last of its update. */
  #gather(batch: Omit<Batches, 'rows'>, row: Tensor, losses: Tensor): Tensor[] {
    const { theta, grad, objective, updates, finals } = this.differentiated(batch, row);
    const squares = sumSquares(grad);
    const sums = addTo(this.#sums as Sums, { objective, grad }, squares, this.#scalars.place(row));
    const buffers = this.#written(updates, (vector) => guard(guard(vector, objective), squares));
    return [record(objective, losses), theta, ...finals, ...sums, ...buffers];
  }

  /** Describes a whole update, stage by stage. It changes nothing unless `also` is finite. */
  updated(first: Differentiated, row: Tensor, losses: Tensor, norms: Tensor, also: readonly Tensor[] = []): Tensor[] {
    let { theta, grad, objective, updates, finals, ofS } = first;
    if (this.#sums) ({ objective, grad } = meanOf(this.#sums, { objective, grad }, this.#scalars.place(row)));
    const penalties: Tensor[] = [];
    const stage = (name: Rule['stage'], from?: number, to?: number): void => {
      for (const rule of this.#rulesOf(name, from, to)) {
        const changes = this.#apply(rule, row, { theta, grad });
        theta = changes.theta ?? theta;
        grad = changes.grad ?? grad;
        finals.push(...changes.finals);
        if (changes.penalty) penalties.push(changes.penalty);
      }
    };
    stage('gradient', 0, CLIP);
    const squares = sumSquares(grad);
    const total = penalties.reduce((sum, term) => add(sum, reshape(term, [])), objective);
    stage('gradient', CLIP);
    // A step whose loss or gradient is not finite must not change anything permanently.
    const checked = (vector: Tensor): Tensor => also.reduce(guard, guard(guard(vector, total), squares));
    grad = checked(grad);
    finals.push(...this.#written(updates, checked));
    const { groups } = this.recipe;
    if (groups.length)
      theta = byGroups(theta, this.inside.parameters.segments, groups, this.#scalars.shares(row), () => {
        stage('update', 0, AFTER);
        return theta;
      });
    else stage('update', 0, AFTER);
    stage('update', AFTER);
    if (this.#uncertainty)
      finals.push(
        ...this.#uncertainty.update(ofS, checked, (rule, vectors) =>
          rule.apply({ ...vectors, ...this.#scalars.scalars(row, rule) }, [], still),
        ),
      );
    stage('project');
    stage('average');
    return [record(total, losses), record(root(squares), norms), theta, ...finals];
  }

  /** The current weight of each head's loss. */
  lossWeights(): Record<string, number> {
    const s = this.#uncertainty?.values();
    return Object.fromEntries(this.tasks.list.map((task, i) => [task.name, s ? certainty(task, s[i]) : task.weight]));
  }

  /** The vector of the parameters' average, if one is kept. */
  get average(): Storage | undefined {
    return this.#states.find(({ rule }) => rule === this.recipe.average)?.vectors.get(AVERAGE);
  }

  /** The average that is kept, with the running statistics as they are; without one, the parameters. */
  averaged(): State {
    const { parameters } = this.inside;
    const { average } = this;
    const of = (segment: Segment): Float32Array => {
      if (!average || !segment.trainable) return parameters.get(segment);
      const at = (average.at >>> 2) + segment.offset;
      return floats().slice(at, at + segment.size);
    };
    return Object.fromEntries(parameters.segments.map((segment) => [segment.name, of(segment)]));
  }

  /** All state besides the parameters that is carried from update to update. */
  get carried(): readonly Storage[] {
    const { grad, loss } = this.#sums ?? {};
    const vectors = this.#states.flatMap(({ vectors: own }) => [...own.values()]);
    return [grad, loss, ...(this.#uncertainty?.storages ?? []), ...vectors].filter((storage) => storage !== undefined);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** Reads the gradient of the last step, for messages. */
  gradientOf(offset: number, size: number): Float32Array {
    const at = (this.#grad.at >>> 2) + offset;
    return floats().slice(at, at + size);
  }
}
