import { DataError, type Dataset } from '../index.js';
import type { Round } from './federated.js';

/** What is done with the mean change. */
export interface Outer {
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}
/** What a shard has answered: the change of its parameters and its loss, or why there is none. */
export type Answered = { readonly change: Float64Array; readonly loss: number } | { readonly reason: string };

/** The common parameters, and what the outer step remembers. */
export interface Common {
  readonly theta: Float32Array;
  readonly velocity: Float64Array;
}

interface Taken {
  readonly shard: number;
  readonly change: Float64Array;
  readonly loss: number;
  readonly rows: number;
}

/** Takes the mean change over into θ. Each number is a sum over the shards in their order, in float64, and rounded once. */
export function averaged(
  where: string,
  round: number,
  { theta, velocity }: Common,
  answers: readonly Answered[],
  shards: readonly Dataset[],
  { rate, momentum, nesterov }: Outer,
  outlier: number,
): Round {
  const left: { shard: number; reason: string }[] = [];
  const sound: Taken[] = [];
  answers.forEach((answer, shard) => {
    if ('reason' in answer) left.push({ shard, reason: answer.reason });
    else sound.push({ shard, ...answer, rows: shards[shard].size });
  });
  const taken = withoutOutliers(sound, outlier, left);
  left.sort((a, b) => a.shard - b.shard);
  if (!taken.length)
    throw new DataError(
      `${where}: no shard gave an update in round ${round}: shard ${left[0].shard}: ${left[0].reason}`,
    );
  const all = taken.reduce((sum, { rows }) => sum + rows, 0);
  for (let i = 0; i < theta.length; i++) {
    let mean = 0;
    for (const { change, rows } of taken) mean += (rows / all) * change[i];
    velocity[i] = momentum * velocity[i] + mean;
    theta[i] += rate * (nesterov && momentum ? mean + momentum * velocity[i] : velocity[i]);
  }
  return { round, loss: taken.reduce((sum, { loss, rows }) => sum + (rows / all) * loss, 0), left };
}

/** Leaves out changes that are many times as long as the median one. */
function withoutOutliers(
  sound: readonly Taken[],
  outlier: number,
  left: { shard: number; reason: string }[],
): readonly Taken[] {
  const lengths = sound.map(({ change }) => {
    let squares = 0;
    for (const x of change) squares += x * x;
    return Math.sqrt(squares);
  });
  const sorted = [...lengths].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return sound.filter(({ shard }, i) => {
    const times = lengths[i] / median;
    // Where most changes are 0, no length tells anything.
    if (!(median > 0) || times <= outlier) return true;
    left.push({
      shard,
      reason: `its update is ${times.toPrecision(3)} times as long as the median of the round; outlier is ${outlier}`,
    });
    return false;
  });
}
