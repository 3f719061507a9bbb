import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { Clock, type Rule, type Vectors } from '../optim/rule.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { floats, words } from '../wasm/engine.js';
import { PLACE } from './accumulated.js';
import { type Group, sharesOf } from './groups.js';

/** The position of a batch in its update: the i-th, after `before` rows, with `rows` of its own. */
export interface Place {
  readonly i: number;
  readonly before: number;
  readonly rows: number;
}

/** The configuration that determines a row of scalars. */
interface Updates {
  readonly rules: readonly Rule[];
  readonly groups: readonly Group[];
  /** The base rate, relative to which groups' rates are expressed. Default: that of the step. */
  readonly rate?: Rate;
  /** The number of batches per update. */
  readonly accumulate: number;
}

// Columns: the counter of random draws (a word), the learning rate, the update's number, then the rules' own, the groups' shares, and the
// place in an update of several batches.
const COUNTER = 0;
const RATE = 1;
const STEP = 2;
const RULES = 3;

/** The scalars that change from step to step, such as the learning rate: one row for each step, written before a run and read by its
 *  instructions. */
export class StepScalars {
  readonly width: number;
  readonly #of: Updates;
  readonly #rules: ReadonlyMap<Rule, { at: number; count: number }>;
  readonly #shares: number;
  readonly #place: number;
  readonly #clock = new Clock();

  constructor(of: Updates) {
    this.#of = of;
    const probe = { step: 0, learningRate: 0, power: () => 0 };
    let width = RULES;
    const take = (count: number): number => {
      width += count;
      return width - count;
    };
    const counts = of.rules.map((rule) => [rule, rule.scalars(probe).length] as const);
    this.#rules = new Map(counts.map(([rule, count]) => [rule, { at: take(count), count }]));
    this.#shares = take(of.groups.length);
    this.#place = take(of.accumulate > 1 ? PLACE : 0);
    this.width = width;
  }

  /** Writes the scalars of update k to an address. */
  write(address: number, k: number, rate: Rate, place?: Place): void {
    const { groups, accumulate, rate: own } = this.#of;
    const at = address >>> 2;
    const moment = this.#clock.at(k, rate);
    words()[at + COUNTER] = k * accumulate + (place?.i ?? 0);
    const memory = floats();
    memory[at + RATE] = moment.learningRate;
    memory[at + STEP] = k;
    for (const [rule, { at: offset }] of this.#rules) {
      const values = rule.scalars(moment);
      for (let j = 0; j < values.length; j++) memory[at + offset + j] = values[j];
    }
    if (groups.length) memory.set(sharesOf(groups, k, rateAt(own ?? rate, k)), at + this.#shares);
    if (place) memory.set([Math.min(1, place.before), place.rows, 1 / (place.before + place.rows)], at + this.#place);
  }

  counter(row: Tensor): Tensor {
    return view(row, COUNTER, [1]);
  }
  update(row: Tensor): Tensor {
    return view(row, STEP, [1]);
  }
  shares(row: Tensor): Tensor {
    return view(row, this.#shares, [this.#of.groups.length]);
  }
  place(row: Tensor): Tensor {
    return view(row, this.#place, [PLACE]);
  }
  /** Makes the step context that a rule receives. */
  scalars(row: Tensor, rule: Rule): Pick<Vectors, 'scalars' | 'step' | 'learningRate'> {
    const { at, count } = this.#rules.get(rule) as { at: number; count: number };
    return { scalars: view(row, at, [count]), step: this.update(row), learningRate: view(row, RATE, [1]) };
  }
}
