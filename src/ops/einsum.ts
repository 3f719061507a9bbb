import { OptionError, ShapeError } from '../errors.js';
import { show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { shown } from '../options.js';
import { mul } from './arithmetic.js';
import { slice, transpose } from './arrange.js';
import { matmul } from './matmul.js';
import { asTensors, type Operand } from './operand.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';

/** A tensor with a letter for each axis. */
interface Labelled {
  readonly t: Tensor;
  readonly axes: string;
}
const FORM = /^[a-zA-Z]*(,[a-zA-Z]*)*(->[a-zA-Z]*)?$/;

/** Einstein's sum, as NumPy's `einsum`: a letter names each axis, products are summed over the letters that the result does
 *  not have. Without `->` the result has the letters that occur once, in alphabetical order. Two operands are one matrix
 *  product; more are taken from left to right.
 *  @example einsum('ij,kj->ik', x, y) // matmul(x, y, { transposeB: true }) */
export function einsum(equation: string, ...operands: readonly Operand[]): Tensor {
  const refuse = (what: string): never => {
    throw new OptionError(`einsum: ${what}`);
  };
  const text = String(equation).replaceAll(' ', '');
  if (!FORM.test(text)) refuse(`equation is ${shown(equation)}; give a letter for each axis, like 'ij,jk->ik'`);
  const [left, right] = text.split('->');
  const names = left.split(',');
  const once = [...left].filter((letter) => letter !== ',' && left.indexOf(letter) === left.lastIndexOf(letter));
  const result = right ?? once.sort().join('');
  for (const [i, letter] of [...result].entries())
    if (!left.includes(letter) || result.indexOf(letter) !== i)
      refuse(`the result of '${text}' has '${letter}', which must be in an operand, and once in the result`);
  const xs = asTensors('einsum', operands, 'operands');
  if (xs.length !== names.length) refuse(`'${text}' is for ${names.length} operands, and ${xs.length} are given`);
  const sizes: Record<string, number> = {};
  xs.forEach(({ shape }, i) => {
    if (shape.length !== names[i].length)
      throw new ShapeError(`einsum: '${names[i]}' names ${names[i].length} axes, and operand ${i} is ${show(shape)}`);
    shape.forEach((n, axis) => {
      const letter = names[i][axis];
      sizes[letter] ??= n;
      if (sizes[letter] !== n)
        throw new ShapeError(
          `einsum: '${letter}' is ${sizes[letter]} in one operand and ${n} in operand ${i}, ${show(shape)}`,
        );
    });
  });
  const parts = xs.map((t, i) =>
    summed(diagonal({ t, axes: names[i] }), result + names.filter((_, k) => k !== i).join('')),
  );
  const whole = parts.reduce((a, b, i) =>
    product(
      a,
      b,
      result +
        parts
          .slice(i + 1)
          .map((p) => p.axes)
          .join(''),
    ),
  );
  return ordered(whole, result);
}

/** With each letter once: of two axes with one letter, the diagonal. */
function diagonal({ t, axes }: Labelled): Labelled {
  const again = [...axes].findIndex((letter, i) => axes.indexOf(letter) !== i);
  if (again < 0) return { t, axes };
  const first = axes.indexOf(axes[again]);
  const rest = t.shape.map((_, i) => i).filter((i) => i !== first && i !== again);
  const [n, others] = [t.shape[first], rest.map((i) => t.shape[i])];
  const square = reshape(transpose(t, [first, again, ...rest]), [n * n, ...others]);
  const line = slice(square, 0, n * n, n + 1);
  return diagonal({ t: line, axes: axes[first] + rest.map((i) => axes[i]).join('') });
}

/** Summed over the letters that nothing else has. */
function summed({ t, axes }: Labelled, elsewhere: string): Labelled {
  const alone = [...axes].flatMap((letter, i) => (elsewhere.includes(letter) ? [] : [i]));
  if (!alone.length) return { t, axes };
  return { t: sum(t, alone), axes: [...axes].filter((letter) => elsewhere.includes(letter)).join('') };
}

/** The product of two, summed over the letters that are not `kept`: batches of matrices. */
function product(a: Labelled, b: Labelled, kept: string): Labelled {
  const pick = (axes: string, wanted: (letter: string) => boolean): string => [...axes].filter(wanted).join('');
  const shared = pick(a.axes, (letter) => b.axes.includes(letter));
  const batch = pick(shared, (letter) => kept.includes(letter));
  const inner = pick(shared, (letter) => !kept.includes(letter));
  const [rows, columns] = [a, b].map(({ axes }) => pick(axes, (letter) => !shared.includes(letter)));
  const [x, y] = [ordered(a, batch + rows + inner), ordered(b, batch + inner + columns)];
  const sizes = ({ shape }: Tensor, from: string, axes: string): number[] =>
    shape.slice(from.length, from.length + axes.length);
  const [lead, m, n] = [sizes(x, '', batch), sizes(x, batch, rows), sizes(y, batch + inner, columns)];
  const k = sizeOf(sizes(y, batch, inner));
  const [p, q] = [reshape(x, [sizeOf(lead), sizeOf(m), k]), reshape(y, [sizeOf(lead), k, sizeOf(n)])];
  // Without a sum it is no matrix product.
  return { t: reshape(k === 1 ? mul(p, q) : matmul(p, q), [...lead, ...m, ...n]), axes: batch + rows + columns };
}

const ordered = ({ t, axes }: Labelled, as: string): Tensor =>
  transpose(
    t,
    [...as].map((letter) => axes.indexOf(letter)),
  );
