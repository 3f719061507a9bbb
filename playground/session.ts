import { sha256Now } from '../src/hash/sha256.js';
import type { Progress } from './protocol.js';
import type { State } from './state.js';
import type { Act, Engine, Logged } from './tab.js';

/** The most snapshots that are kept; when there are more, every second one is dropped and the distance doubles. */
const MOST = 64;

interface Snapshot {
  readonly step: number;
  /** The number of log entries applied before it. */
  readonly applied: number;
  readonly saved: unknown;
}

/** One run: an engine, the log of what the user changed on the way, and snapshots from which any step is computed again. */
export class Session {
  #first: State = {};
  #log: Logged[] = [];
  #applied = 0;
  #snapshots: Snapshot[] = [];
  #distance = 8;
  #reached = 0;
  #target = 0;
  #runs = 0;
  constructor(readonly engine: Engine) {}

  reset(state: State): void {
    this.engine.reset(state);
    this.#first = state;
    this.#log = [];
    this.#applied = 0;
    this.#distance = 8;
    this.#reached = 0;
    this.#target = this.engine.length;
    this.#runs++;
    this.#snapshots = [];
    this.#snapshot();
  }

  /** Applies settings to the run, or begins it again where that cannot be done. */
  change(state: State): void {
    if (!this.engine.change(state)) {
      this.reset(state);
      return;
    }
    if (this.engine.step === 0) {
      // Before the first step there is nothing to tell apart: the run simply has these settings.
      const runs = this.#runs;
      this.reset(state);
      this.#runs = runs;
      return;
    }
    const last = this.#log[this.#applied - 1];
    if (last && 'state' in last && last.at === this.engine.step) this.#instead(state);
    else this.#note({ at: this.engine.step, state });
  }

  /** Puts settings in place of those that were chosen at this very step, as a slider does that is dragged. The step is computed again,
   *  so that it has the bits of a replay. */
  #instead(state: State): void {
    const { step } = this.engine;
    const earlier = this.#log.slice(0, this.#applied - 1);
    const passed = earlier.findLast((entry) => 'state' in entry);
    const before = passed && 'state' in passed ? passed.state : this.#first;
    const differs = Object.keys(state).some((key) => !Object.is(state[key], before[key]));
    this.#log = differs ? [...earlier, { at: step, state }] : earlier;
    this.#reached = step;
    this.#snapshots = this.#snapshots.filter((snapshot) => snapshot.step < step);
    this.seek(step);
  }

  act(act: Act): void {
    this.engine.act?.(act);
    this.#note({ at: this.engine.step, act });
  }

  /** Logs what was done at this step, and forgets what had been later. */
  #note(entry: Logged): void {
    const { step } = this.engine;
    this.#log = [...this.#log.slice(0, this.#applied), entry];
    this.#applied = this.#log.length;
    this.#reached = step;
    this.#snapshots = this.#snapshots.filter((snapshot) => snapshot.step < step);
    this.#snapshot();
  }

  #snapshot(): void {
    this.#snapshots.push({ step: this.engine.step, applied: this.#applied, saved: this.engine.save() });
    if (this.#snapshots.length <= MOST) return;
    this.#snapshots = this.#snapshots.filter((_, i) => i % 2 === 0);
    this.#distance *= 2;
  }

  /** Makes up to this many steps, with the logged changes where they were made; returns how many were made. */
  advance(steps: number): number {
    const { engine } = this;
    const from = engine.step;
    const to = from + steps;
    while (engine.step < to) {
      this.#replayed();
      const change = this.#log[this.#applied]?.at ?? to;
      const last = this.#snapshots.at(-1) as Snapshot;
      const due = engine.step >= last.step ? last.step + this.#distance : to;
      const next = Math.min(to, change, Math.max(due, engine.step + 1));
      const made = engine.advance(next - engine.step);
      if (engine.step >= last.step + this.#distance) this.#snapshot();
      if (!made || engine.ended) break;
    }
    this.#replayed();
    this.#reached = Math.max(this.#reached, engine.step);
    return engine.step - from;
  }

  /** Applies the log up to this step. */
  #replayed(): void {
    while (this.#applied < this.#log.length && this.#log[this.#applied].at <= this.engine.step) {
      const entry = this.#log[this.#applied++];
      if ('act' in entry) this.engine.act?.(entry.act);
      else this.engine.change(entry.state);
    }
  }

  /** Goes to a step of this run, by replay from the snapshot before it: the same bits as the first time. */
  seek(step: number): void {
    const target = Math.max(0, Math.min(step, this.#reached));
    const from = this.#snapshots.findLast((snapshot) => snapshot.step <= target) as Snapshot;
    this.engine.load(from.saved);
    this.#applied = from.applied;
    this.advance(target - this.engine.step);
  }

  /** The step at which a run pauses by itself; `further` sets it one run's length ahead. */
  get target(): number {
    return this.#target;
  }
  further(): void {
    if (this.engine.step >= this.#target) this.#target = this.engine.step + this.engine.length;
  }

  progress(running: boolean): Progress {
    const { step, length, ended } = this.engine;
    const marks = this.#log.map(({ at }) => at);
    return {
      step,
      length,
      ended,
      marks,
      running,
      reached: this.#reached,
      verdict: this.engine.verdict(),
      run: this.#runs,
    };
  }

  hash(): string {
    const all = this.engine.parameters();
    const bytes = new Uint8Array(all.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of all) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    return sha256Now(bytes);
  }

  program(): string {
    return this.engine.program(this.#first, this.#log.slice(0, this.#applied));
  }
}
