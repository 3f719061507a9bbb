import type { Dataset } from '../data/columns.js';
import type { Target } from '../data/target.js';
import { constant } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import { realize } from '../compile/realize.js';
import type { Loss } from '../losses/loss.js';
import { log } from '../random/hostMath.js';
import type { Scores } from './history.js';
import type { Tasks } from './tasks.js';

/** What the best answer reaches that does not look at x: the classes' shares, or the targets' mean; of several heads, each. */
export function baselineOf(data: Dataset, tasks: Tasks): Scores {
  const each = tasks.list.map((task) => {
    const target = tasks.heads ? data.target(task.name) : data.targets[0];
    // A few whole numbers count as values, but a loss of classes takes them as labels.
    const labels = target.kind === 'classes' || (task.loss.labels && !target.shape.length);
    return { task, scores: labels ? shares(target) : mean(target, task.loss) };
  });
  if (!tasks.heads) return each[0].scores;
  const named = each.flatMap(({ task, scores }) =>
    Object.entries(scores).map(([name, score]) => [`${task.name}.${name}`, score]),
  );
  return {
    loss: each.reduce((sum, { task, scores }) => sum + task.weight * scores.loss, 0),
    ...Object.fromEntries(named),
  };
}

/** Accuracy: the largest share. Loss: the entropy, the cross-entropy of answering with the shares. */
function shares({ values, mask }: Target): Scores {
  const y = values.filter((_, i) => mask?.[i] !== 0);
  const size = y.length || 1;
  const counts: number[] = [];
  for (const label of y) counts[label] = (counts[label] ?? 0) + 1;
  const parts = counts.filter((count) => count > 0).map((count) => count / size);
  return { loss: parts.reduce((sum, p) => sum - p * log(p), 0), accuracy: Math.max(...parts) };
}

function mean({ values, shape: row, mask }: Target, loss: Loss): Scores {
  const width = sizeOf(row);
  const y = Float32Array.from(values.filter((_, i) => mask?.[Math.floor(i / width)] !== 0));
  const size = y.length / width;
  const means = new Float64Array(width);
  y.forEach((value, i) => {
    means[i % width] += value / size;
  });
  const shape = [size, ...row];
  const answer = constant(
    Float32Array.from(y, (_, i) => means[i % width]),
    shape,
  );
  return { loss: realize(loss(answer, constant(y, shape)))[0] };
}
