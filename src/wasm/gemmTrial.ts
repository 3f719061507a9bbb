import { now } from '../clock.js';
import { build, chooseForm, forms, linkage, run } from './engine.js';

/** Finds out which form of the matrix product is the fastest on this host, while real work is done: the calls of one program take
 *  turns with the forms, which give the same bits. The first rounds do not count, because hosts compile in the background. */
export class GemmTrial {
  /** The form that programs use which are not on trial: the fastest so far. */
  leader = 0;
  #program?: number;
  #form = 0;
  #round = 0;
  #spent = 0;
  #steps = 0;
  #elsewhere = 0;
  readonly #best: number[];
  constructor(count: number) {
    this.#best = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  }

  /** The form for the next call of a program. */
  turn(program: number): number {
    if (this.#program === undefined || this.#elsewhere > PATIENCE) this.#begin(program);
    return program === this.#program ? this.#form : this.leader;
  }

  /** Notes that a program took so many milliseconds for so many steps; true when the trial is over and its leader has won. */
  note(program: number, milliseconds: number, steps: number): boolean {
    if (program !== this.#program) {
      this.#elsewhere += milliseconds;
      return false;
    }
    this.#elsewhere = 0;
    this.#spent += milliseconds;
    this.#steps += steps;
    if (this.#spent < TURN) return false;
    if (this.#round >= WARM) this.#best[this.#form] = Math.min(this.#best[this.#form], this.#spent / this.#steps);
    this.#spent = this.#steps = 0;
    this.#form = (this.#form + 1) % this.#best.length;
    if (this.#form > 0) return false;
    this.#round++;
    if (this.#round > WARM) this.leader = this.#best.indexOf(Math.min(...this.#best));
    return this.#round === ROUNDS;
  }

  #begin(program: number): void {
    this.#program = program;
    this.#form = this.#round = this.#spent = this.#steps = this.#elsewhere = 0;
    this.#best.fill(Number.POSITIVE_INFINITY);
  }
}
/** Milliseconds that a form is used before the next one is. */
const TURN = 3;
/** Rounds of all forms, of which the first are not counted. */
const ROUNDS = 8;
const WARM = 4;
/** Only times of one program are compared; it is given up for another after so many milliseconds without it. */
const PATIENCE = 1000;

/** What trials of builds have found. */
const verdicts = new Map<WebAssembly.Module, number>();
let trial: GemmTrial | undefined;
/** The instance of the engine that `current` was chosen for. */
let known: object | undefined;
let current = 0;

function use(form: number): void {
  if (form !== current) chooseForm(form);
  current = form;
}

/** Another build may compute since the last call: it begins with its first form, and tries all of them once. */
function meet(): void {
  if (known === linkage()) return;
  known = linkage();
  current = 0;
  const verdict = verdicts.get(build());
  trial = verdict === undefined ? new GemmTrial(forms()) : undefined;
  use(verdict ?? 0);
}

/** Runs a program that spends its time with matrix products, as `run` does. */
export function runProducts(program: number, bytes: number, from: number, to: number, together = false): number {
  meet();
  if (trial === undefined) return run(program, bytes, from, to, together);
  use(trial.turn(program));
  const begun = now();
  const at = run(program, bytes, from, to, together);
  if (trial.note(program, now() - begun, to - from)) {
    use(trial.leader);
    verdicts.set(build(), trial.leader);
    trial = undefined;
  }
  return at;
}
