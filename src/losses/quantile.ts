import { ShapeError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { refuse } from '../options.js';
import { maximum, mul, sub } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { aligned, type ConfiguredLoss, type Known, loss } from './loss.js';

/** The pinball loss, q·e for e = t − o ≥ 0 and (q − 1)·e below, the mean over all outputs (Koenker & Bassett 1978): the output
 *  learns the value below which a share q of the targets lies; ½ is the median. For a list of qs, outputs are [..., qs] for
 *  targets [...], one output for each q.
 *  @example quantile([0.1, 0.5, 0.9])([[1, 2, 3]], [2.5]) */
export function quantile(q: number | readonly number[]): ConfiguredLoss {
  const list: readonly unknown[] = Array.isArray(q) || ArrayBuffer.isView(q) ? Array.from(q as number[]) : [q];
  const isShare = (one: unknown): one is number => typeof one === 'number' && one > 0 && one < 1;
  if (!list.length || !list.every(isShare)) refuse('quantile', 'q', q, 'a number between 0 and 1, or a list of them');
  const qs = list as readonly number[];
  const single = typeof q === 'number';
  return loss(
    'quantile',
    { q: single ? q : qs },
    (output, target) => {
      if (!single && (output.shape.at(-1) !== qs.length || target.size * qs.length !== output.size))
        throw new ShapeError(
          `quantile: target ${show(target.shape)} does not fit output ${show(output.shape)}; give outputs [n, ${qs.length}] for targets [n]`,
        );
      const t = single ? aligned('quantile', output, target) : reshape(target, [...output.shape.slice(0, -1), 1]);
      const error = sub(t, output);
      const share = single ? q : constant(Float32Array.from(qs), [qs.length]);
      return maximum(mul(error, share), mul(error, sub(share, 1)));
    },
    { answer: (known) => quantiles(qs, known) },
  );
}

/** The least target of each column that has a share q of the weights up to it. */
function quantiles(qs: readonly number[], { values, weights, width }: Known): number[] {
  return Array.from({ length: width }, (_, j) => {
    const column = Array.from(weights, (weight, i) => ({ value: values[i * width + j], weight }));
    column.sort((a, b) => a.value - b.value);
    const total = column.reduce((sum, { weight }) => sum + weight, 0);
    return qs.map((q) => {
      let [i, below] = [0, column[0].weight];
      while (below < q * total && i + 1 < column.length) below += column[++i].weight;
      return column[i].value;
    });
  }).flat();
}
