import type { Progress } from './protocol.js';
import { Session } from './session.js';
import { type State, twinned } from './state.js';
import type { Act, Frame, TabEngine } from './tab.js';

/** The run of a tab and, where its settings name one, a twin that differs in one setting: both begin with the same first weights, see the
 *  same batches, and are made together, step by step. Hash and program are those of the first. */
export class Twins {
  readonly #runs: Session[] = [];
  constructor(
    readonly tab: TabEngine,
    readonly data?: unknown,
  ) {}

  #states(state: State): readonly State[] {
    const other = twinned(this.tab, state);
    return other ? [state, other] : [state];
  }
  reset(state: State): void {
    const states = this.#states(state);
    for (const { engine } of this.#runs.splice(states.length)) engine.dispose();
    while (this.#runs.length < states.length) this.#runs.push(new Session(this.tab.engine(this.data)));
    this.#runs.forEach((run, i) => void run.reset(states[i]));
  }
  change(state: State): void {
    const states = this.#states(state);
    this.#runs.forEach((run, i) => void run.change(states[i]));
  }
  act(act: Act): void {
    for (const run of this.#runs) run.act(act);
  }

  #most(of: (run: Session) => number): number {
    return Math.max(...this.#runs.map(of));
  }
  get step(): number {
    return this.#most(({ engine }) => engine.step);
  }
  get length(): number {
    return this.#most(({ engine }) => engine.length);
  }
  /** The step at which the run pauses by itself; `further` sets it one run's length ahead. */
  get target(): number {
    return this.#most(({ target }) => target);
  }
  further(): void {
    for (const run of this.#runs) run.further();
  }
  /** Whether no more steps can be made. */
  get ended(): boolean {
    return this.#runs.every(({ engine }) => engine.ended);
  }
  /** Makes up to this many steps of each; returns how many were made. */
  advance(steps: number): number {
    return this.#most((run) => run.advance(steps));
  }
  seek(step: number): void {
    for (const run of this.#runs) run.seek(step);
  }

  frames(want: readonly string[]): readonly Frame[] {
    return this.#runs.map(({ engine }) => engine.frame(want));
  }
  progress(running: boolean): Progress {
    const [first, second] = this.#runs.map((run) => run.progress(running));
    if (!second) return first;
    const { step, length, ended } = this;
    return { ...first, step, length, ended, reached: Math.max(first.reached, second.reached), twin: second.verdict };
  }
  hash(): string {
    return this.#runs[0].hash();
  }
  program(): string {
    return this.#runs[0].program();
  }
  parameters(): readonly Float32Array[] {
    return this.#runs[0].engine.parameters();
  }
  dispose(): void {
    for (const { engine } of this.#runs) engine.dispose();
  }
}
