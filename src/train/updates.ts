import type { Plan } from '../data/plan.js';
import type { Rate } from '../optim/schedule.js';
import { Owned } from '../wasm/owned.js';
import type { Resident } from './resident.js';
import type { StepProgram, Updater } from './updater.js';

/** Rows of a program's tables of scalars and results. */
const HORIZON = 8192;

/** What an update was made of. */
export interface Made {
  readonly rows: number;
  readonly loss: number;
  readonly gradNorm: number;
}
/** What a call has made: up to which update, and with which loss it halted if it did. */
export interface Outcome {
  readonly to: number;
  readonly halted?: number;
}

/** The programs that make an epoch's updates. */
export class Updates {
  readonly #owned = new Owned();
  readonly #programs = new Map<string, StepProgram>();
  /** The number of whole batches for which programs are made. */
  readonly #count: number;
  /** The steps of each batch, where batches have rows of similar length. Programs are made when a batch needs them. */
  steps?: readonly number[];

  /** Programs for whole sequences, or for those of `shortest` steps, are made at once, so that a model that does not fit is refused. */
  constructor(
    readonly updater: Updater,
    readonly resident: Resident,
    public plan: Plan,
    shortest?: number,
  ) {
    const { count, rest, accumulate } = plan;
    this.#count = count;
    if (shortest !== undefined) this.steps = new Array<number>(count + 1).fill(shortest);
    this.#owned.whole(() => {
      if (count) this.#whole(0);
      if (count && accumulate > 1) this.#gather(0);
      this.#restOf(rest);
    });
  }

  #program(kind: string, batch: number, make: (steps: number | undefined) => StepProgram): StepProgram {
    const steps = this.steps?.[batch];
    const key = `${kind} ${steps}`;
    const program = this.#programs.get(key) ?? this.#owned.add(make(steps));
    this.#programs.set(key, program);
    return program;
  }
  /** The program of a whole batch, and the one that only adds its gradient to the update. */
  #whole(batch: number): StepProgram {
    return this.#program('whole', batch, (steps) => this.updater.program(...this.#batches(steps)));
  }
  #gather(batch: number): StepProgram {
    return this.#program('gather', batch, (steps) => this.updater.gatherer(...this.#batches(steps)));
  }
  #batches(steps: number | undefined) {
    const count = this.#count;
    return [this.resident.whole(this.plan.rows, count, steps), Math.min(count, HORIZON)] as const;
  }

  /** Other rows are in memory, of the same whole batches or fewer. */
  replan(plan: Plan): void {
    this.plan = plan;
    this.#restOf(plan.rest);
  }

  /** The program of a last batch of so many rows. */
  #restOf(rows: number): StepProgram | undefined {
    if (!rows) return undefined;
    return this.#program(`rest ${rows}`, this.plan.count, (steps) =>
      this.updater.program(this.resident.rest(rows, steps), 1),
    );
  }

  /** Calls `run` for the whole batches from … to − 1, those of one program together, until it does not reach the end of its part. */
  #inTurn(from: number, to: number, run: (from: number, to: number) => number): number {
    for (let at = from, end = at; at < to; at = end) {
      while (end < to && this.steps?.[end] === this.steps?.[at]) end++;
      const reached = run(at, end);
      if (reached < end) return reached;
    }
    return to;
  }

  /** Makes the epoch's updates from … to − 1 or fewer, the first of which is update k of all; `made` hears of each. */
  run(from: number, to: number, k: number, rate: Rate, made: (update: Made) => void): Outcome {
    const { count, rows, rest, accumulate } = this.plan;
    if (accumulate > 1) return this.#accumulated(from, k, rate, made);
    if (from === count) {
      const last = this.#restOf(rest) as StepProgram;
      return this.#steps(last, { from: 0, to: 1, at: from, rows: rest }, k, rate, made);
    }
    const end = Math.min(to, count, from + HORIZON);
    let halted: number | undefined;
    const reached = this.#inTurn(from, end, (first, last) => {
      const outcome = this.#steps(
        this.#whole(first),
        { from: first, to: last, at: first, rows },
        k + first - from,
        rate,
        made,
      );
      halted = outcome.halted;
      return outcome.to;
    });
    return { to: reached, ...(halted !== undefined && { halted }) };
  }

  /** Rows from … to − 1 of a program, each an update; `at` is the first one's number in the epoch. */
  #steps(
    program: StepProgram,
    { from, to, at, rows }: { from: number; to: number; at: number; rows: number },
    k: number,
    rate: Rate,
    made: (update: Made) => void,
  ): Outcome {
    const { horizon } = program;
    for (let i = from; i < to; i++) program.prepare(i % horizon, k + i - from, rate);
    const reached = program.run(from, to);
    for (let i = from; i < reached; i++)
      made({ rows, loss: program.loss(i % horizon), gradNorm: program.norm(i % horizon) });
    return { to: at + reached - from, ...(reached < to && { halted: program.loss(reached % horizon) }) };
  }

  /** One update of several batches: all but the last add their gradients up. */
  #accumulated(update: number, k: number, rate: Rate, made: (update: Made) => void): Outcome {
    const { count, rows, rest, accumulate } = this.plan;
    const first = update * accumulate;
    const last = Math.min(first + accumulate, count + (rest ? 1 : 0)) - 1;
    const before = (batch: number) => ({ i: batch - first, before: (batch - first) * rows });
    const reached = this.#inTurn(first, last, (from, to) => {
      const gather = this.#gather(from);
      for (let batch = from; batch < to; batch++)
        gather.prepare(batch % gather.horizon, k, rate, { ...before(batch), rows });
      return gather.run(from, to);
    });
    if (reached < last) {
      const gather = this.#gather(reached);
      return { to: update, halted: gather.loss(reached % gather.horizon) };
    }
    const isRest = last === count;
    const [at, own] = isRest ? [0, rest] : [last, rows];
    const program = isRest ? (this.#restOf(rest) as StepProgram) : this.#whole(last);
    const i = at % program.horizon;
    program.prepare(i, k, rate, { ...before(last), rows: own });
    if (program.run(at, at + 1) === at) return { to: update, halted: program.loss(i) };
    made({ rows: (last - first) * rows + own, loss: program.loss(i), gradNorm: program.norm(i) });
    return { to: update + 1 };
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
