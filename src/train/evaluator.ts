import type { Augmentation } from '../augment/augmentation.js';
import { Program } from '../compile/program.js';
import { OptionError } from '../errors.js';
import type { Dataset } from '../data/columns.js';
import { input } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import type { Metric } from '../metrics/accuracy.js';
import type { Inside } from '../nn/model.js';
import { Predictor } from '../nn/predictor.js';
import { seen } from './seen.js';
import { checkLabels } from './batch.js';
import type { Scores } from './history.js';

/** What a model is judged by. */
export interface Judgement {
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
  /** What training data are changed by; in evaluation it crops at most. */
  readonly augment?: Augmentation;
}
const BATCH = 1024;

/** Judges a model in evaluation mode on one data set, as often as asked. Metrics see the whole set's outputs. */
export class Evaluator {
  readonly data: Dataset;
  readonly #predictor: Predictor;
  readonly #names: readonly string[];
  #program?: { program: Program; output: Tensor; scores: readonly Tensor[] };

  constructor(
    { part, parameters, shape, blueprint }: Required<Inside>,
    data: Dataset,
    readonly judgement: Judgement,
  ) {
    this.data = seen(data, judgement.augment);
    this.#predictor = new Predictor(part, parameters, shape);
    this.#names = ['loss', ...judgement.metrics.map(({ config }) => config.name)];
    const twice = this.#names.find((name, i) => this.#names.indexOf(name) < i);
    if (twice) throw new OptionError(`metrics: ${twice} is there twice; leave one out`);
    checkLabels('evaluate', judgement.loss, data.y, [data.size, ...data.targetShape], blueprint.output);
  }

  scores(): Scores {
    const outputs = this.#predictor.run(this.data, BATCH);
    const { program, output, scores } = this.#prepared(outputs.shape);
    program.write(output, outputs.value as Float32Array);
    program.run();
    const values = scores.map((t) => program.read(t)[0]);
    return Object.fromEntries(this.#names.map((name, i) => [name, values[i]])) as Scores;
  }

  #prepared(shape: readonly number[]) {
    if (this.#program) return this.#program;
    const { data, judgement } = this;
    const output = input(shape);
    const target = input([data.size, ...data.targetShape]);
    const scores = [judgement.loss, ...judgement.metrics].map((f) => f(output, target));
    const program = new Program(scores, { kept: true });
    // The targets stay where they are from one evaluation to the next.
    program.write(target, data.y);
    this.#program = { program, output, scores };
    return this.#program;
  }

  dispose(): void {
    this.#predictor.dispose();
    this.#program?.program.dispose();
  }
}
