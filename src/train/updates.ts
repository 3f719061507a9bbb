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
  readonly #whole?: StepProgram;
  readonly #rests = new Map<number, StepProgram>();
  readonly #gather?: StepProgram;

  constructor(
    readonly updater: Updater,
    readonly resident: Resident,
    public plan: Plan,
  ) {
    const { count, rows, rest, accumulate } = plan;
    const horizon = Math.min(count, HORIZON);
    const batch = count ? resident.whole(rows, count) : undefined;
    const own = this.#owned;
    [this.#whole, this.#gather] = own.whole(() => {
      const programs = [
        batch && own.add(updater.program(batch, horizon)),
        batch && accumulate > 1 ? own.add(updater.gatherer(batch, horizon)) : undefined,
      ] as const;
      this.#restOf(rest);
      return programs;
    });
  }

  /** Other rows are in memory, of the same whole batches or fewer. */
  replan(plan: Plan): void {
    this.plan = plan;
    this.#restOf(plan.rest);
  }

  /** The program of a last batch of so many rows. */
  #restOf(rows: number): StepProgram {
    let program = this.#rests.get(rows);
    if (!program && rows) {
      program = this.#owned.add(this.updater.program(this.resident.rest(rows), 1));
      this.#rests.set(rows, program);
    }
    return program as StepProgram;
  }

  /** Makes the epoch's updates from … to − 1 or fewer, the first of which is update k of all; `made` hears of each. */
  run(from: number, to: number, k: number, rate: Rate, made: (update: Made) => void): Outcome {
    const { count, rows, rest, accumulate } = this.plan;
    if (accumulate > 1) return this.#accumulated(from, k, rate, made);
    if (from === count) return this.#steps(this.#restOf(rest), { from: 0, to: 1, at: from, rows: rest }, k, rate, made);
    const end = Math.min(to, count, from + HORIZON);
    return this.#steps(this.#whole as StepProgram, { from, to: end, at: from, rows }, k, rate, made);
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
    const whole = this.#whole as StepProgram;
    const gather = this.#gather as StepProgram;
    const before = (batch: number) => ({ i: batch - first, before: (batch - first) * rows });
    for (let batch = first; batch < last; batch++)
      gather.prepare(batch % gather.horizon, k, rate, { ...before(batch), rows });
    if (first < last) {
      const reached = gather.run(first, last);
      if (reached < last) return { to: update, halted: gather.loss(reached % gather.horizon) };
    }
    const isRest = last === count;
    const [program, at, own] = isRest ? [this.#restOf(rest), 0, rest] : [whole, last, rows];
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
