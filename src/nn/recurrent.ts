import type { Config } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { flag, inRange, integer, refuse } from '../options.js';
import { constant, full } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { zeros } from '../init/constants.js';
import { orthogonal } from '../init/orthogonal.js';
import { xavierUniform } from '../init/random.js';
import { add, mul } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { drop } from '../ops/random.js';
import type { Cell, Gates, Walk } from '../ops/recurrent.js';
import { type Callable, checkOptions, layer, type Named } from './callable.js';
import type { Carry, Context, Layer, ParameterSpec } from './layer.js';
import { gatesOf, recurrence, walked } from './recurrence.js';
import type { Tensor } from '../graph/tensor.js';

/** Options of recurrent layers. */
export interface RecurrentOptions extends Named {
  /** Whether to return the state after each step, [n, t, units], instead of the last one, [n, units]. Default false. */
  returnSequences?: boolean;
  /** Whether to read from the last step to the first. The output at a step is the state after reading it. Default false. */
  reverse?: boolean;
  /** The probability that an input feature is retained in training. A row draws once for all of its steps (Gal &
   *  Ghahramani 2016). Default 1. */
  keep?: number;
  /** The probability that a unit of the state is retained where it enters the gates. A row draws once for all of its steps.
   *  Default 1. */
  recurrentKeep?: number;
  /** The initial `weight` and `recurrent`. Default xavierUniform() and orthogonal(); biases begin at 0, that of an LSTM's forget
   *  gate at 1 (Jozefowicz et al. 2015). */
  init?: Initializer;
  /** Whether to add biases. Default true. */
  bias?: boolean;
}

/** A layer that reads sequences step by step. */
export interface Recurrent extends Layer {
  /** The same layer, reading in the other direction. */
  reversed(): Layer;
}

/** A plain recurrent layer: h ← tanh(x·weight + h·recurrent + bias) at each step. x [n, t, d] → [n, units], or [n, t,
 *  units]. weight [d, units], recurrent [units, units], bias [units].
 *  @example nn.sequential([nn.rnn(32), nn.dense(1)]) */
export const rnn = (units: number, options: RecurrentOptions = {}): Callable<Recurrent> =>
  layerOf('rnn', units, options);

/** Gated recurrent units (Cho et al. 2014), with the reset gate behind the product, as in PyTorch and Keras. x [n, t, d] → [n,
 *  units], or [n, t, units]. weight [d, 3·units], recurrent [units, 3·units], bias and recurrent_bias [3·units], in the
 *  order r, z, n.
 *  @example nn.sequential([nn.gru(32, { returnSequences: true }), nn.gru(32), nn.dense(1)]) */
export const gru = (units: number, options: RecurrentOptions = {}): Callable<Recurrent> =>
  layerOf('gru', units, options);

/** Long short-term memory (Hochreiter & Schmidhuber 1997), with forget gates (Gers et al. 2000). x [n, t, d] → [n, units], or
 *  [n, t, units]. weight [d, 4·units], recurrent [units, 4·units], bias [4·units], in the order i, f, g, o.
 *  @example nn.sequential([nn.lstm(64, { keep: 0.8 }), nn.dense(1)]) */
export const lstm = (units: number, options: RecurrentOptions = {}): Callable<Recurrent> =>
  layerOf('lstm', units, options);

/** The state of a few rows must fit into the kernels' workspace. */
const MOST_UNITS = 8192;

function layerOf(cell: Cell, units: number, options: RecurrentOptions): Callable<Recurrent> {
  integer(cell, 'units', units, 1, MOST_UNITS);
  checkOptions(cell, options, ['returnSequences', 'reverse', 'keep', 'recurrentKeep', 'init', 'bias']);
  const sequences = flag(cell, 'returnSequences', options.returnSequences ?? false);
  const reverse = flag(cell, 'reverse', options.reverse ?? false);
  const [keep, recurrentKeep] = [kept(cell, 'keep', options.keep), kept(cell, 'recurrentKeep', options.recurrentKeep)];
  const biased = flag(cell, 'bias', options.bias ?? true);
  const [init, recurrentInit] = [initOf(cell, options.init, xavierUniform), initOf(cell, options.init, orthogonal)];
  const columns = gatesOf(cell) * units;
  const config: Config = { name: cell, options: { units, ...options } };
  return layer<Recurrent>({
    config,
    parameters: (shape) => {
      const weight: ParameterSpec = { shape: [checked(cell, shape), columns], init, kind: 'weight' };
      const recurrent: ParameterSpec = { shape: [units, columns], init: recurrentInit, kind: 'weight' };
      const bias = (of: Initializer): ParameterSpec => ({ shape: [columns], init: of, kind: 'bias' });
      return {
        weight,
        recurrent,
        ...(biased && { bias: bias(cell === 'lstm' ? openForget(units) : zeros()) }),
        ...(biased && cell === 'gru' && { recurrent_bias: bias(zeros()) }),
      };
    },
    call(x, p, context) {
      checked(cell, x.shape);
      const [n, , d] = x.shape;
      const given = mask(context, keep, [n, 1, d]);
      const product = matmul(given ? mul(x, given) : x, p.weight);
      const gates = {
        x: biased ? add(product, p.bias) : product,
        recurrent: p.recurrent,
        bias: p.recurrent_bias,
        mask: mask(context, recurrentKeep, [n, units]),
        lengths: context.lengths,
      };
      const walk = { cell, reverse, sequences };
      return context.carry ? onwards(gates, walk, context.carry) : recurrence(gates, walk, context.training);
    },
    reversed: () => layerOf(cell, units, { ...options, reverse: !reverse }),
  });
}

/** Goes on from the state that the window before has left. */
function onwards(gates: Gates, walk: Walk, carry: Carry): Tensor {
  const { cell, reverse } = walk;
  if (reverse) refuse(cell, 'reverse', true, 'left out: a stream has no last step');
  const shape = [gates.x.shape[0], gates.recurrent.shape[0]];
  const h = carry.take('h', shape);
  const { y, last } = walked(gates, walk, { h, c: cell === 'lstm' ? carry.take('c', shape) : full(shape, 0) });
  carry.leave('h', last.h);
  if (cell === 'lstm') carry.leave('c', last.c);
  return y;
}

function kept(where: string, name: string, given: unknown): number {
  const keep = inRange(where, name, given ?? 1, 0, 1);
  if (keep > 0) return keep;
  throw new OptionError(
    `${where}: ${name} is 0, which retains nothing; it is the probability of being retained, above 0`,
  );
}
/** Checks the axes of sequences, and returns the number of features. */
function checked(where: string, shape: readonly number[]): number {
  if (shape.length === 3) return shape[2];
  throw new ShapeError(
    `${where}: x is ${show(shape)}; it must be sequences [n, t, features]${shape.length === 2 ? ', such as one feature per step, [n, t, 1]' : ''}`,
  );
}
/** 1 / keep where an element is retained, else 0; undefined where all are. */
function mask(context: Context, keep: number, shape: readonly number[]) {
  if (keep === 1 || !context.noisy) return undefined;
  const { draw, step } = context.draw();
  return drop(full(shape, 1), keep, 1 / keep, draw, step);
}
/** The bias of an LSTM: 1 for the forget gate, so that the cell remembers from the start. */
const openForget = (units: number): Initializer => ({
  config: { name: 'openForget', options: {} },
  create: (shape) =>
    constant(
      Float32Array.from({ length: 4 * units }, (_, i) => Number(i >= units && i < 2 * units)),
      shape,
    ),
});
