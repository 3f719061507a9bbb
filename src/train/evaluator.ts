import type { Augmentation } from '../augment/augmentation.js';
import { Program } from '../compile/program.js';
import { realize } from '../compile/realize.js';
import { gradient } from '../differentiate/gradient.js';
import { DataError } from '../errors.js';
import type { Dataset } from '../data/columns.js';
import { open } from '../data/leakage.js';
import { constant, input } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { nameClasses } from '../metrics/confusion.js';
import { nested, type Score } from '../metrics/metricOf.js';
import type { Inside } from '../nn/model.js';
import type { ByHead } from '../graph/heads.js';
import { unpacked } from '../nn/heads.js';
import { Predictor } from '../nn/predictor.js';
import { mul } from '../ops/arithmetic.js';
import { gather } from '../ops/gather.js';
import { reshape } from '../ops/reshape.js';
import type { Scatter, Scores } from './history.js';
import { augmented } from './augmented.js';
import { ObjectiveMean } from './objectiveMean.js';
import { type Aims, type Task, Tasks, type TargetTable, targetsIn, weightsOf } from './tasks.js';

/** What a model is judged by. */
export interface Judgement extends Aims {
  /** The augmentation of training data; in evaluation only its cropping is applied. */
  readonly augment?: Augmentation;
}
const BATCH = 1024;

/** A score's name in the history, and the tensor that holds it. */
type Named = readonly [name: string, value: Tensor];

/** A task, with the outputs and targets of the rows that have its target. */
interface Pair {
  readonly task: Task;
  readonly path: string;
  readonly output: Tensor;
  readonly target: Tensor;
  readonly weights?: Tensor;
  only(t: Tensor): Tensor;
}

/** Evaluates a model on one data set, as often as asked. Metrics see the outputs of the whole set, with the
 *  weights of its rows; for a head with missing labels, those of the rows that have one. */
export class Evaluator {
  readonly data: Dataset;
  readonly tasks: Tasks;
  readonly #predictor: Predictor;
  /** The objective, where the model was trained by one. */
  readonly #aim?: ObjectiveMean;
  readonly #targets: TargetTable;
  readonly #names: readonly string[];
  /** Whether a metric reads numbers eagerly, and so cannot be part of a program. */
  readonly #eager: boolean;
  /** For each task whose target some rows lack, the rows that have it. */
  readonly #present: readonly (Tensor | undefined)[];
  #program?: { program: Program; output: Tensor; scores: readonly Named[] };

  constructor(inside: Required<Inside>, data: Dataset, judgement: Judgement) {
    this.data = augmented(data, judgement.augment);
    this.#predictor = new Predictor(inside.part, inside.parameters);
    this.tasks = new Tasks('evaluate', inside, judgement, this.data);
    this.#targets = this.tasks.targetsOf('evaluate', this.data);
    this.#eager = this.tasks.list.some(({ metrics }) => [...metrics.values()].some(({ described }) => !described));
    this.#names = [
      'loss',
      ...this.tasks.list.flatMap(({ name, metrics }) => {
        const path = name && `${name}.`;
        return [
          ...(path && !judgement.objective ? [`${path}loss`] : []),
          ...[...metrics.keys()].map((metric) => `${path}${metric}`),
        ];
      }),
    ];
    this.#aim = judgement.objective && new ObjectiveMean(judgement.objective, inside);
    this.#present = this.tasks.list.map((task) => presentIn(this.data, task));
  }

  scores(): Scores {
    const aim = this.#aim?.mean(this.data, this.#targets);
    return this.#alone(aim) ?? this.#judged(this.#predictor.run(this.data, BATCH), aim);
  }

  /** Computes the scores asynchronously; `yieldWhenDue` may let the event loop run between batches. */
  async unhurried(yieldWhenDue: () => Promise<void>): Promise<Scores> {
    const aim = await this.#aim?.unhurried(this.data, this.#targets, yieldWhenDue);
    return this.#alone(aim) ?? this.#judged(await this.#outputs(yieldWhenDue), aim);
  }
  /** The scores where there is an objective and no metrics, which need no outputs. A sealed set counts this as a use. */
  #alone(aim: number | undefined): Scores | undefined {
    if (aim === undefined || this.#names.length > 1) return undefined;
    open(this.data);
    return { loss: aim };
  }
  async #outputs(yieldWhenDue: () => Promise<void>): Promise<Tensor> {
    const { size } = this.data;
    let all: Float32Array | undefined;
    let shape: readonly number[] = [];
    for (let at = 0; at < size; at += BATCH) {
      const part = this.#predictor.run(this.data.slice(at, Math.min(size, at + BATCH)), BATCH);
      const values = realize(part);
      all ??= new Float32Array((values.length / part.shape[0]) * size);
      shape = part.shape;
      all.set(values, (values.length / part.shape[0]) * at);
      await yieldWhenDue();
    }
    return constant(all as Float32Array, [size, ...shape.slice(1)]);
  }

  /** How far scores of this set are from those of all rows that there could be, by tasks. The slopes of a weighted mean along its weights are
   *  wᵢ(lᵢ − L)/Σw: no loss need tell what each row's is. */
  async scatter(yieldWhenDue: () => Promise<void>): Promise<Readonly<Record<string, Scatter>>> {
    const { size, weights } = this.data;
    const found: Record<string, Scatter> = {};
    let pairs: Pair[] | undefined;
    for (const [i, { name, metrics, loss }] of this.tasks.list.entries()) {
      const rows = this.#present[i]?.size ?? size;
      found[name] = { rows };
      if (metrics.has('accuracy') || !loss.weighted || this.data.lengths || rows < 2) continue;
      pairs ??= this.#known(await this.#outputs(yieldWhenDue));
      const { only, output, target } = pairs[i];
      const w = constant(realize(only(constant(weights ?? new Float32Array(size).fill(1), [size]))), [rows]);
      const mean = reshape((loss.judged ?? loss)(output, target, w), []);
      const squares = realize(mul(gradient(mean, [w])[0], w)).reduce((sum, part) => sum + part * part, 0);
      found[name] = { rows, error: Math.sqrt((squares * rows) / (rows - 1)) };
      await yieldWhenDue();
    }
    return found;
  }

  #judged(outputs: Tensor, aim?: number): Scores {
    const { program, output, scores } = this.#prepared(outputs.shape);
    program.write(output, outputs.value as Float32Array);
    program.run();
    const found = new Map<string, Score>(scores.map(([name, t]) => [name, nested(program.read(t), t.shape)]));
    if (aim !== undefined) found.set('loss', aim);
    if (this.#eager) {
      for (const { task, path, output: o, target: t, weights } of this.#known(outputs))
        for (const [name, { described, score }] of task.metrics)
          if (!described) found.set(`${path}${name}`, score(o, t, weights));
    }
    // Scores are listed in the order of the options.
    const all = Object.fromEntries(this.#names.map((name) => [name, found.get(name)]));
    nameClasses(all, this.data.targets);
    return all as Scores;
  }

  #prepared(shape: readonly number[]) {
    if (this.#program) return this.#program;
    const { values, shape: row } = this.#targets;
    const output = input(shape);
    const target = input([this.data.size, ...row]);
    const scores = this.#described(output, target);
    const program = new Program(
      scores.map(([, t]) => t),
      { kept: true },
    );
    // The targets stay where they are from one evaluation to the next.
    program.write(target, values);
    this.#program = { program, output, scores };
    return this.#program;
  }

  #known(outputs: Tensor): Pair[] {
    const { values, shape } = this.#targets;
    return this.#pairs(outputs, constant(Float32Array.from(values), [this.data.size, ...shape]));
  }

  /** Selects for each task the rows that have its target. */
  #pairs(output: Tensor, target: Tensor): Pair[] {
    const { heads, list } = this.tasks;
    const { size, weights: given, lengths, shape: example } = this.data;
    const all = given && constant(given, [size]);
    const padded = lengths && { lengths: constant(Float32Array.from(lengths), [size]), steps: example[0] };
    const outputs: ByHead<Tensor> = heads ? unpacked(output, heads) : { '': output };
    const targets = targetsIn(target, this.#targets.heads);
    return list.map((task, i) => {
      const rows = this.#present[i];
      const only = (t: Tensor): Tensor => (rows ? gather(t, rows) : t);
      const own = heads ? (targets as ByHead<Tensor>)[task.name] : (targets as Tensor);
      const path = task.name ? `${task.name}.` : '';
      const each = weightsOf(outputs[task.name], own, all, padded);
      const weights = each && only(each);
      return { task, path, only, weights, output: only(outputs[task.name]), target: only(own) };
    });
  }

  /** Describes the scores that can be part of a program. */
  #described(output: Tensor, target: Tensor): Named[] {
    const each = this.#pairs(output, target).map(({ task, path, output: o, target: t, weights }) => {
      const metrics = [...task.metrics].flatMap(([name, { described }]): Named[] =>
        described ? [[`${path}${name}`, described(o, t, weights)]] : [],
      );
      const of = task.loss.judged ?? task.loss;
      const loss = this.#aim ? undefined : reshape(of(o, t, weights), []);
      return { loss, path, metrics };
    });
    const losses = each.flatMap(({ loss }) => loss ?? []);
    return [
      ...(losses.length ? [['loss', this.tasks.total(losses)] as const] : []),
      ...each.flatMap(({ loss, path, metrics }): Named[] => [
        ...(path && loss ? [[`${path}loss`, loss] as const] : []),
        ...metrics,
      ]),
    ];
  }

  dispose(): void {
    this.#predictor.dispose();
    this.#aim?.dispose();
    this.#program?.program.dispose();
  }
}

function presentIn({ targets }: Dataset, { name }: Task): Tensor | undefined {
  const mask = (targets.length === 1 ? targets[0] : targets.find((t) => t.name === name))?.mask;
  if (!mask?.includes(0)) return undefined;
  const rows = Int32Array.from(mask.keys()).filter((i) => mask[i] !== 0);
  if (!rows.length)
    throw new DataError(`evaluate: no row of this set has the target '${name}'; give a set in which some have it`);
  return constant(Float32Array.from(rows), [rows.length]);
}
