import { realize } from '../compile/realize.js';
import { DataError } from '../errors.js';
import { constant, full } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { softmax } from '../ops/softmax.js';
import { reshape } from '../ops/reshape.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric, weightsOf } from './metric.js';

/** Rows of equal score: the weights of those of the class, and of the others. */
type Tie = readonly [positive: number, negative: number];

/** A metric of the order into which the scores of a class bring the rows. With one column or two it is that of the second
 *  class; with more it is the mean over the classes, each against the rest, by its probability. It needs rows of every class,
 *  and is NaN where an output is. `area` gets rows of equal score together, the smallest score first. */
export const ranked = (name: string, area: (ties: readonly Tie[]) => number): ConfiguredMetric =>
  metric(
    name,
    {},
    (output: Tensor, target: Tensor, given?: Tensor) => {
      const { truth, classes } = labelsOf(name, output, target);
      const labels = realize(truth);
      const n = labels.length;
      const width = output.size / n;
      const scores = realize(width === 1 ? output : softmax(reshape(output, [n, width])));
      if (scores.some(Number.isNaN)) return full([], Number.NaN);
      const weights = realize(weightsOf(name, given, n) ?? full([n], 1));
      const areaOf = (label: number): number => {
        const column = width === 1 ? 0 : label;
        const order = Uint32Array.from(labels.keys()).sort(
          (a, b) => scores[a * width + column] - scores[b * width + column] || a - b,
        );
        const ties: [number, number][] = [];
        const total: [number, number] = [0, 0];
        let last: number | undefined;
        for (const row of order) {
          const score = scores[row * width + column];
          if (score !== last) ties.push([0, 0]);
          last = score;
          const side = labels[row] === label ? 0 : 1;
          ties[ties.length - 1][side] += weights[row];
          total[side] += weights[row];
        }
        if (!total[0] || !total[1])
          throw new DataError(
            `${name}: ${total[0] ? 'all' : 'no'} rows are of class ${label}; it needs rows of every class`,
          );
        return area(ties);
      };
      const areas = classes === 2 ? [areaOf(1)] : Array.from({ length: classes }, (_, label) => areaOf(label));
      return constant(Float32Array.of(areas.reduce((a, b) => a + b, 0) / areas.length), []);
    },
    { eager: true },
  );
