import { Program } from '../compile/program.js';
import { Programs } from '../compile/programs.js';
import type { Dataset } from '../data/columns.js';
import { constant, input } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { unpacked } from '../nn/heads.js';
import { type AnyModel, built, inside, type Inside } from '../nn/model.js';
import { seedKey } from '../random/keys.js';
import type { Owner } from '../wasm/owned.js';
import { type Bound, boundTo, type Objective } from './objective.js';
import { type TargetTable, targetsIn } from './tasks.js';

interface Pass extends Owner {
  readonly program: Program;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly lengths?: Tensor;
  readonly value: Tensor;
}
/** The rows that are computed at once. */
const ROWS = 1024;

/** Computes an objective of all rows of a set in evaluation mode: the mean over batches, weighted by their rows. */
export class ObjectiveMean {
  readonly #passes = new Programs<Pass>(2);
  constructor(
    readonly objective: Bound,
    readonly inside: Required<Inside>,
  ) {}

  mean(data: Dataset, targets: TargetTable): number {
    const batches = this.#batches(data, targets);
    let next = batches.next();
    while (!next.done) next = batches.next();
    return next.value;
  }
  /** The same; `yieldWhenDue` may let the event loop run between batches. */
  async unhurried(data: Dataset, targets: TargetTable, yieldWhenDue: () => Promise<void>): Promise<number> {
    const batches = this.#batches(data, targets);
    let next = batches.next();
    for (; !next.done; next = batches.next()) await yieldWhenDue();
    return next.value;
  }

  /** Computes batch after batch, and returns the mean. */
  *#batches({ x, scale, shape, size, lengths }: Dataset, targets: TargetTable): Generator<void, number> {
    const [width, own] = [sizeOf(shape), sizeOf(targets.shape)];
    let sum = 0;
    for (let at = 0; at < size; at += ROWS) {
      const count = Math.min(ROWS, size - at);
      const { program, x: into, y, lengths: ends, value } = this.#pass(count, targets, lengths !== undefined);
      const rows = x.subarray(at * width, (at + count) * width);
      if (program.reads(into)) program.write(into, scale === 1 ? rows : Float32Array.from(rows, (v) => v * scale));
      if (program.reads(y)) program.write(y, targets.values.subarray(at * own, (at + count) * own));
      if (lengths && ends && program.reads(ends)) program.write(ends, lengths.subarray(at, at + count));
      program.run();
      sum += program.read(value)[0] * count;
      yield;
    }
    return sum / size;
  }

  #pass(count: number, { shape, heads }: TargetTable, padded: boolean): Pass {
    const key = String(count);
    const known = this.#passes.get(key);
    if (known) return known;
    const { shape: example } = this.inside;
    const x = input([count, ...example]);
    const y = input([count, ...shape]);
    const lengths = padded ? input([count]) : undefined;
    const value = this.objective(
      { x, y: targetsIn(y, heads), ...(lengths && { lengths }) },
      {
        training: false,
        key: seedKey(0),
        counter: constant(new Int32Array(1), [1]),
        step: constant(new Float32Array(1), [1]),
        tensors: (model) => built(model).parameters.tensors(),
        updates: () => new Map(),
        penalties: [],
      },
    );
    const program = new Program([value], { kept: true });
    return this.#passes.add(key, { program, x, y, lengths, value, dispose: () => program.dispose() });
  }

  dispose(): void {
    this.#passes.dispose();
  }
}

/** The objective of fit. Inputs and targets come by name where there are several. */
export function objectiveOf(where: string, objective: Objective<never, never>, model: AnyModel): Bound {
  const bound = boundTo(where, objective, model);
  const { inputs } = inside(model).part;
  return (batch, occasion) => {
    const { x, ...rest } = batch as { x: Tensor; y: unknown };
    return bound({ x: inputs ? unpacked(x, inputs) : x, ...rest }, occasion);
  };
}
