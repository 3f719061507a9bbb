import type { Program } from '../compile/program.js';
import { OptionError, ShapeError } from '../errors.js';
import { constant, input } from '../graph/leaves.js';
import { type Shape, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Carry } from './layer.js';

/** The states that layers have left, by name. */
export type States = Map<string, Tensor>;

/** What the layers of a program carry from one window of a stream to the next: where they find their states, and what they leave. */
export class Carried implements Carry {
  readonly #taken: States = new Map();
  readonly #left: States = new Map();

  take(name: string, shape: Shape): Tensor {
    const known = this.#taken.get(name) ?? input(shape);
    this.#taken.set(name, known);
    return known;
  }
  leave(name: string, state: Tensor): void {
    if (!this.#left.has(name)) this.#left.set(name, state);
  }

  /** What the program must compute besides. */
  get roots(): readonly Tensor[] {
    if (!this.#left.size)
      throw new OptionError('carry: no layer of the model carries a state on, as nn.rnn, nn.gru and nn.lstm do');
    return [...this.#left.values()];
  }

  /** Writes the states; those of a new stream are 0. */
  write(program: Program, states: States): void {
    for (const [name, t] of this.#taken) {
      const { value, shape } = states.get(name) ?? constant(new Float32Array(t.size), t.shape);
      if (!sameShape(shape, t.shape))
        throw new ShapeError(
          `carry: a window of ${t.shape[0]} rows follows one of ${shape[0]}; call reset() for new streams`,
        );
      program.write(t, value as Float32Array);
    }
  }
  /** Takes the states that a run has left. */
  read(program: Program, states: States): void {
    for (const [name, t] of this.#left) states.set(name, constant(program.read(t), t.shape));
  }
}
