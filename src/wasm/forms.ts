import { now } from '../clock.js';
import { chooseForm, forms, run } from './engine.js';

/** Finds out which form of the matrix product is the fastest on this host, while real work is done: the calls of one program take
 *  turns with the forms, which give the same bits. The first rounds do not count, because hosts compile in the background. */
export class Trial {
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

let trial: Trial | undefined;
let current: number;
/** Tries the forms of the build that computes from now on. */
export function beginTrial(): void {
  trial = new Trial(forms());
  current = 0;
}
beginTrial();

function use(form: number): void {
  if (form !== current) chooseForm(form);
  current = form;
}

/** Runs a program that spends its time with matrix products, as `run` does. */
export function runProducts(program: number, bytes: number, from: number, to: number, together = false): number {
  if (trial === undefined) return run(program, bytes, from, to, together);
  use(trial.turn(program));
  const begun = now();
  const at = run(program, bytes, from, to, together);
  if (trial.note(program, now() - begun, to - from)) {
    use(trial.leader);
    trial = undefined;
  }
  return at;
}
