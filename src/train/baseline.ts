import type { Dataset } from '../data/columns.js';
import { constant } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import { realize } from '../compile/realize.js';
import type { Loss } from '../losses/loss.js';
import { log } from '../random/hostMath.js';
import type { Scores } from './history.js';

/** What the best answer reaches that does not look at x: the classes' shares, or the targets' mean. */
export function baselineOf(data: Dataset, loss: Loss): Scores {
  return data.kind === 'classes' ? shares(data) : mean(data, loss);
}

/** Accuracy: the largest share. Loss: the entropy, the cross-entropy of answering with the shares. */
function shares({ y, size, classes }: Dataset): Scores {
  const counts = new Array<number>(classes).fill(0);
  for (const label of y) counts[label]++;
  const parts = counts.filter((count) => count > 0).map((count) => count / size);
  return { loss: parts.reduce((sum, p) => sum - p * log(p), 0), accuracy: Math.max(...parts) };
}

function mean({ y, size, targetShape }: Dataset, loss: Loss): Scores {
  const width = sizeOf(targetShape);
  const means = new Float64Array(width);
  y.forEach((value, i) => {
    means[i % width] += value / size;
  });
  const shape = [size, ...targetShape];
  const answer = constant(
    Float32Array.from(y, (_, i) => means[i % width]),
    shape,
  );
  return { loss: realize(loss(answer, constant(Float32Array.from(y), shape)))[0] };
}
