import { now } from '../clock.js';
import { build, chooseForm, forms, linkage, run } from './engine.js';

/** Finds the form of the matrix product that is the fastest on this host, during real work: the calls of one program
 *  use the forms in turn, which all give the same bits. The first rounds do not count, because hosts compile in the
 *  background. */
export class GemmTrial {
  /** The fastest form so far, which all other programs use. */
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

  /** Notes the time that a program took for a number of steps. Returns true when the trial is over and its leader has
   *  won. */
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
/** The milliseconds for which a form is used before the next one. */
const TURN = 3;
/** The number of rounds of all forms, of which the first are not counted. */
const ROUNDS = 8;
const WARM = 4;
/** Only times of one program are compared. If it has not run for this many milliseconds, another program takes its
 *  place. */
const PATIENCE = 1000;

/** The results of the trials, by build. */
const verdicts = new Map<WebAssembly.Module, number>();
let trial: GemmTrial | undefined;
/** The instance of the engine that `current` was chosen for. */
let known: object | undefined;
let current = 0;

function use(form: number): void {
  if (form !== current) chooseForm(form);
  current = form;
}

/** Notices that another build computes since the last call, which begins with its first form and tries all forms
 *  once. */
function meet(): void {
  if (known === linkage()) return;
  known = linkage();
  current = 0;
  const verdict = verdicts.get(build());
  trial = verdict === undefined ? new GemmTrial(forms()) : undefined;
  use(verdict ?? 0);
}

/** Runs a program that spends its time in matrix products, like `run`, and times it for the trial. */
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
