import type { EpochRecord, Scores } from './history.js';

/** Where the watched value was best: validation.loss unless early stopping watches another. */
export interface Best {
  readonly epoch: number;
  readonly step: number;
  readonly value: number;
}
/** Why training ended: all epochs were made, early stopping lost patience, or the signal asked for it. */
export interface Stopped {
  readonly reason: 'epochs' | 'patience' | 'aborted' | 'reached';
  /** Whole epochs that were made. */
  readonly epoch: number;
}

/** The same for loggers, who hear of errors too. */
export type EndReason = Stopped['reason'] | 'error';

/** What is known about a second training. The model has its parameters, unless the signal ended it: then it has the best again. */
export interface Retrained {
  readonly strategy: 'same-steps' | 'continue';
  /** Updates that it made, and those that the best of the first training had. */
  readonly steps: number;
  readonly bestSteps: number;
  readonly history: readonly EpochRecord[];
  /** Of 'continue': the loss to be reached on the validation set, and whether it was. */
  readonly target?: number;
  readonly reached?: boolean;
}

/** What is known about a training. */
export interface Run {
  readonly history: readonly EpochRecord[];
  /** Undefined before the first epoch has ended. */
  readonly best?: Best;
  readonly stopped: Stopped;
  /** The record of the parameters that the model has now: the best where they were restored, else the last. */
  readonly kept?: EpochRecord;
  /** The second training, on training and validation set together, where early stopping asked for it. */
  readonly retrained?: Retrained;
  /** Of several heads: how much each one's loss counted, at the end where it was learned. */
  readonly lossWeights?: Readonly<Record<string, number>>;
  /** What the best answer reaches that does not look at x: the largest class, or the targets' mean. */
  readonly baseline: Scores;
  /** A summary as text. */
  report(): string;
}

const REASONS: Record<Stopped['reason'], string> = {
  epochs: 'all epochs made',
  patience: 'no improvement within the patience',
  aborted: 'stopped by the signal',
  reached: 'what was aimed at is reached',
};

export const runOf = (known: Omit<Run, 'report'>): Run => ({ ...known, report: () => reportOf(known) });

/** How it ended, then training and validation of the parameters that were kept, and of the last epoch. */
function reportOf({ history, best, stopped, kept, retrained }: Omit<Run, 'report'>): string {
  const head = `${stopped.epoch} epochs: ${REASONS[stopped.reason]}`;
  const last = history.at(-1);
  if (!last) return head;
  const ending = [
    head,
    `${last.step} updates`,
    ...(best ? [`best ${best.value.toPrecision(4)} in epoch ${best.epoch}`] : []),
  ].join(', ');
  const records = kept && kept.step !== last.step ? [kept, last] : [last];
  const backs = history.flatMap(({ epoch, rollbacks = [] }) => rollbacks.map((back) => ({ epoch, ...back })));
  const lines = backs.map(
    ({ epoch, step, learningRate }) =>
      `epoch ${epoch} went back from step ${step}, which was not finite, to go on at rate ${learningRate.toPrecision(2)}`,
  );
  return [ending, ...lines, ...records.flatMap(linesOf), ...(retrained ? [againOf(retrained)] : [])].join('\n');
}

function againOf({ strategy, steps, bestSteps, target, reached }: Retrained): string {
  if (strategy === 'same-steps') return `trained again on all data: ${steps} of ${bestSteps} updates`;
  const how = reached ? 'reached' : 'not reached';
  return `trained on with all data: ${steps} updates after ${bestSteps}; a validation loss of ${target?.toFixed(4)} ${how}`;
}

function linesOf({ epoch, training, validation }: EpochRecord): string[] {
  const numbers = Object.keys(training).filter((name) => typeof training[name] === 'number');
  const scores = numbers.map((name) => {
    const [a, b] = [training[name], validation?.[name]];
    const other = b === undefined ? '' : `   validation ${b.toFixed(4)}   gap ${(b - a).toFixed(4)}`;
    return `  ${name.padEnd(12)} training ${a.toFixed(4)}${other}`;
  });
  return [`epoch ${epoch}`, ...scores];
}
