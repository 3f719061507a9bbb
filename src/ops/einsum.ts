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
  const text = typeof equation === 'string' ? equation.replaceAll(' ', '') : '?';
  if (!FORM.test(text))
    throw new OptionError(`einsum: equation is ${shown(equation)}; give a letter for each axis, like 'ij,jk->ik'`);
  const [left, right] = text.split('->');
  const names = left.split(',');
  const all = [...new Set(left.replaceAll(',', ''))];
  const once = all.filter((letter) => left.indexOf(letter) === left.lastIndexOf(letter));
  const result = right ?? once.sort().join('');
  for (const [i, letter] of [...result].entries())
    if (!all.includes(letter) || result.indexOf(letter) !== i)
      throw new OptionError(
        `einsum: the result of '${text}' has '${letter}', which must be in an operand, and once in the result`,
      );
  const xs = asTensors('einsum', operands, 'operands');
  if (xs.length !== names.length)
    throw new OptionError(`einsum: '${text}' is for ${names.length} operands, and ${xs.length} are given`);
  const sizes = new Map<string, number>();
  xs.forEach(({ shape }, i) => {
    if (shape.length !== names[i].length)
      throw new ShapeError(`einsum: '${names[i]}' names ${names[i].length} axes, and operand ${i} is ${show(shape)}`);
    shape.forEach((n, axis) => {
      const letter = names[i][axis];
      const known = sizes.get(letter) ?? n;
      if (known !== n)
        throw new ShapeError(`einsum: '${letter}' is ${known} in one operand and ${n} in operand ${i}, ${show(shape)}`);
      sizes.set(letter, n);
    });
  });
  const parts = xs.map((t, i): Labelled => {
    let part = diagonal({ t, axes: names[i] });
    const elsewhere = result + names.filter((_, k) => k !== i).join('');
    part = summed(part, elsewhere);
    return part;
  });
  const { t, axes } = parts.reduce((a, b, i) =>
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
  return ordered({ t, axes }, result);
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
  const shared = [...a.axes].filter((letter) => b.axes.includes(letter));
  const batch = shared.filter((letter) => kept.includes(letter)).join('');
  const inner = shared.filter((letter) => !kept.includes(letter)).join('');
  const only = (one: Labelled, other: Labelled): string =>
    [...one.axes].filter((l) => !other.axes.includes(l)).join('');
  const [rows, columns] = [only(a, b), only(b, a)];
  const [x, y] = [ordered(a, batch + rows + inner), ordered(b, batch + inner + columns)];
  const [lead, m] = [x.shape.slice(0, batch.length), x.shape.slice(batch.length, batch.length + rows.length)];
  const n = y.shape.slice(batch.length + inner.length);
  const k = sizeOf(y.shape.slice(batch.length, batch.length + inner.length));
  const shape = [...lead, ...m, ...n];
  const axes = batch + rows + columns;
  const [p, q] = [reshape(x, [sizeOf(lead), sizeOf(m), k]), reshape(y, [sizeOf(lead), k, sizeOf(n)])];
  // Without a sum it is no matrix product.
  return { t: reshape(k === 1 ? mul(p, q) : matmul(p, q), shape), axes };
}

const ordered = ({ t, axes }: Labelled, as: string): Tensor =>
  transpose(
    t,
    [...as].map((letter) => axes.indexOf(letter)),
  );
