import type { Instruction } from '../graph/instruction.js';
import { view } from '../graph/leaves.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { matmul } from './matmul.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';

/** The cells of recurrent layers, with the number that the kernels know them by and the number of gates. */
export const CELLS = { rnn: [0, 1], gru: [1, 3], lstm: [2, 4] } as const;
export type Cell = keyof typeof CELLS;

/** How a recurrent layer walks its steps, and what it gives. */
export interface Walk {
  readonly cell: Cell;
  /** Whether it goes from the last step to the first. */
  readonly reverse: boolean;
  /** Whether it gives the state after each step, [n, t, units], or the last one, [n, units]. */
  readonly sequences: boolean;
}
/** What a recurrent layer computes with. */
export interface Gates {
  /** x·W + bias [n, t, gates·units], of all steps at once. */
  readonly x: Tensor;
  /** [units, gates·units] */
  readonly recurrent: Tensor;
  /** The bias of the state's product, of a GRU [gates·units]. */
  readonly bias?: Tensor;
  /** A factor on the state wherever it enters the product, [n, units]. */
  readonly mask?: Tensor;
  /** The number of steps of each row, [n]: from there on a row keeps its state and gives 0. */
  readonly lengths?: Tensor;
}
interface Given extends Walk {
  readonly n: number;
  readonly t: number;
  readonly u: number;
  /** Whether what the gradient needs is kept. */
  readonly saves: boolean;
  /** Which of bias, mask and lengths are among the inputs. */
  readonly has: readonly boolean[];
}
const region = (floats: number): number => Math.ceil(floats / 16) * 16;
const eights = (n: number): number => Math.ceil(n / 8) * 8;
const gatesOf = ({ cell, u }: Given): number => CELLS[cell][1] * u;

/** Where the regions of a result begin, in floats; assembly/kernels/recurrent/forward.ts describes them. */
function regions(given: Given) {
  const { cell, sequences, saves, n, t, u } = given;
  const out = region(u * eights(gatesOf(given)));
  const all = region(n * t * u);
  const first = out + (sequences ? all : region(n * u));
  const entered = sequences || cell === 'lstm' ? first : first + all;
  const gates = entered + all;
  const end = gates + (cell === 'rnn' ? 0 : region(4 * n * t * u)) + (cell === 'lstm' ? 2 * all : 0);
  return { out, entered, size: saves ? end : first };
}
/** The instructions of a pass: the weights are packed, then all steps run. Parts have four rows; a thread makes those that it
 *  has in one call. */
function pass(
  given: Given,
  kernel: 'recur' | 'recurGradient',
  weights: Tensor,
  operands: Partial<Instruction>,
): Instruction[] {
  const { cell, reverse, sequences, saves, n, t, u } = given;
  const columns = gatesOf(given);
  const mode = CELLS[cell][0] | (reverse ? 4 : 0) | (sequences ? 8 : 0) | (saves ? 16 : 0);
  const parts = n * t * columns * u > 1e5 ? Math.min(64, Math.ceil(n / 4)) : 1;
  return [
    {
      kernel: 'packRecurrent',
      a: weights,
      rows: u,
      columns,
      mode: Number(kernel !== 'recur'),
      parts: weights.size > 65536 ? 8 : 1,
    },
    { kernel, ...operands, rows: n, columns: u, lda: t, mode, parts },
  ];
}
const optional = (inputs: readonly Tensor[], has: readonly boolean[]): (Tensor | undefined)[] => {
  let next = 0;
  return has.map((is) => (is ? inputs[next++] : undefined));
};

const recurOp: Op<Given> = {
  name: 'recurrent',
  shape: (_, given) => [regions(given).size],
  lower: (_, [a, weights, ...others], given) => {
    const [b, c, d] = optional(others, given.has);
    return pass(given, 'recur', weights, { a, b, c, d });
  },
};
/** The packed transpose, then the gradients of `x`, then for a GRU those of the state's product. */
const gradientOp: Op<Given> = {
  name: 'recurrentGradient',
  shape: (_, given) => {
    const { cell, n, t, u } = given;
    const columns = gatesOf(given);
    return [region(columns * eights(u)) + region(n * t * columns) * (cell === 'gru' ? 2 : 1)];
  },
  lower: (_, [a, b, weights, ...others], given) => {
    const [, c, d] = optional(others, given.has);
    return pass(given, 'recurGradient', weights, { a, b, c, d });
  },
};

/** The outputs of a recurrent layer, and the function that makes their gradients for x, recurrent and bias. `saves`: whether the
 *  gradient will be asked for. If it is asked for without, the layer is computed a second time. */
export function recurrent(gates: Gates, walk: Walk, saves: boolean): { y: Tensor; gradients(dy: Tensor): Tensor[] } {
  const { x, recurrent: weights, bias, mask, lengths } = gates;
  const others = [bias, mask, lengths];
  const inputs = [weights, ...others.filter((input) => input !== undefined)];
  const [n, t] = x.shape;
  const u = weights.shape[0];
  const given: Given = { ...walk, n, t, u, saves, has: others.map((input) => input !== undefined) };
  const whole = node(recurOp, [x, ...inputs], given);
  return {
    y: view(whole, regions(given).out, walk.sequences ? [n, t, u] : [n, u]),
    gradients(dy) {
      const kept: Given = { ...given, saves: true };
      const saved = saves ? whole : node(recurOp, [x, ...inputs], kept);
      const all = node(gradientOp, [dy, saved, ...inputs], kept);
      const columns = gatesOf(kept);
      const at = region(columns * eights(u));
      const dx = view(all, at, x.shape);
      const dz = walk.cell === 'gru' ? view(all, at + region(x.size), x.shape) : dx;
      const dWeights = matmul(view(saved, regions(kept).entered, [n * t, u]), reshape(dz, [n * t, columns]), {
        transposeA: true,
      });
      return [dx, dWeights, ...(bias ? [sum(dz, [0, 1])] : [])];
    },
  };
}
