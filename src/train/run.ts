import type { ConfusionMatrix } from '../metrics/confusion.js';
import { readable, short } from '../readable.js';
import type { EpochRecord, Scatter, Scores } from './history.js';
import { verdictOf, type Whole } from './verdict.js';

/** The epoch in which the watched value was best: validation.loss unless early stopping watches another. */
export interface Best {
  readonly epoch: number;
  readonly step: number;
  readonly value: number;
}
/** Why training ended: all epochs were made, early stopping lost patience, or the signal asked for it. */
export interface Stopped {
  readonly reason: 'epochs' | 'patience' | 'aborted' | 'reached';
  /** The number of completed epochs. */
  readonly epoch: number;
}

/** The same for loggers, which are told of errors too. */
export type EndReason = Stopped['reason'] | 'error';

/** The result of a second training. The model has its parameters, unless the signal ended it; then the best of the first are restored. */
export interface Retrained {
  readonly strategy: 'same-steps' | 'continue';
  /** The number of its updates, and of those behind the best parameters of the first training. */
  readonly steps: number;
  readonly bestSteps: number;
  readonly history: readonly EpochRecord[];
  /** With 'continue', the target for the validation loss, which is the loss of the best parameters on the whole training set, and whether it was reached. */
  readonly target?: number;
  readonly reached?: boolean;
}

/** The checkpoint from which a training was resumed. */
export interface Resumed {
  readonly checkpoint: string;
  /** The number of updates at that time. */
  readonly step: number;
  /** Newer checkpoints that could not be read, and why. */
  readonly damaged: readonly { readonly checkpoint: string; readonly reason: string }[];
}

/** The result of a training. */
export interface Run {
  readonly history: readonly EpochRecord[];
  /** Undefined before the first epoch has ended. */
  readonly best?: Best;
  readonly stopped: Stopped;
  /** The record of the final parameters: the best if they were restored, else the last. Its `training` is computed on the whole training
   *  set, once at the end (on the history's sample, as its `rows` say, where memory does not suffice). If the signal ended training
   *  within an epoch and nothing was restored, its scores belong to the parameters at that moment, and its other numbers to the last whole epoch. A
   *  second training does not change it. */
  readonly kept?: EpochRecord;
  /** The second training, on training and validation set together, where early stopping asked for it. */
  readonly retrained?: Retrained;
  /** With several heads, the weight of each head's loss; if weights were learned, those at the end. */
  readonly lossWeights?: Readonly<Record<string, number>>;
  /** The scores of the best constant answer, which ignores x: the shares of labels, or the mean of values; by head, such as 'digit.loss'. A score
   *  is missing where no such answer is known, as for a loss whose output is wider than its target. */
  readonly baseline?: Partial<Scores>;
  /** How far the validation scores of what is kept scatter, by head; '' where there is one output. `diagnose` makes intervals of it. */
  readonly scatter?: Readonly<Record<string, Scatter>> | undefined;
  /** The checkpoint from which the training was resumed, if it was. */
  readonly resumed?: Resumed;
  /** A summary as text: how it ended, scores and rows, the baseline, and the verdict of `diagnose`. */
  report(): string;
}

const REASONS: Record<Stopped['reason'], string> = {
  epochs: 'all epochs made',
  patience: 'no improvement within the patience',
  aborted: 'stopped by the signal',
  reached: 'the target loss was reached',
};

export const runOf = (known: Omit<Run, 'report'>): Run => {
  const report = (): string => reportOf(known);
  return readable({ ...known, report }, report);
};

/** Writes the report: how training ended, the scores of the final parameters and of the last epoch, and the verdict. */
function reportOf(run: Omit<Run, 'report'>): string {
  const { history, best, stopped, kept, retrained, baseline } = run;
  const head = `${stopped.epoch} epochs: ${REASONS[stopped.reason]}`;
  const last = history.at(-1);
  if (!last || !kept) return head;
  const ending = [
    head,
    `${last.step} updates`,
    ...(best ? [`best ${short(best.value)} in epoch ${best.epoch}`] : []),
  ].join(', ');
  const backs = history.flatMap(({ epoch, rollbacks = [] }) => rollbacks.map((back) => ({ epoch, ...back })));
  const lines = backs.map(
    ({ epoch, step, learningRate }) =>
      `epoch ${epoch} went back from step ${step}, which was not finite, to go on at rate ${learningRate.toPrecision(2)}`,
  );
  const constant = Object.entries(baseline ?? {}).map(([name, score = Number.NaN]) => `${name} ${short(score)}`);
  return [
    ending,
    ...resumedLines(run),
    ...lines,
    ...linesOf(kept),
    ...(kept.step === last.step ? [] : linesOf(last)),
    ...(retrained ? [againOf(retrained)] : []),
    ...(constant.length ? [`a constant answer: ${constant.join(', ')}`] : []),
    verdictLine(run as Whole),
  ].join('\n');
}

function resumedLines({ resumed }: Pick<Run, 'resumed'>): string[] {
  if (!resumed) return [];
  const { checkpoint, step, damaged } = resumed;
  return [
    `went on from ${checkpoint}, after ${step} updates`,
    ...damaged.map((newer) => `  ${newer.checkpoint} could not be read: ${newer.reason}`),
  ];
}

function verdictLine(run: Whole): string {
  const { verdict, heads } = verdictOf(run);
  const each = Object.entries(heads ?? {}).map(([name, own]) => `${name} ${own.verdict}`);
  return `verdict: ${verdict}${each.length ? ` (${each.join(', ')})` : ''}`;
}

function againOf({ strategy, steps, bestSteps, target, reached }: Retrained): string {
  if (strategy === 'same-steps') return `trained again on all data: ${steps} of ${bestSteps} updates`;
  const how = reached ? 'reached' : 'not reached';
  return `trained on with all data: ${steps} updates after ${bestSteps}; a validation loss of ${short(target ?? Number.NaN)} ${how}`;
}

/** Formats the confusion matrix of a few classes that have names. */
function tableOf([name, found]: readonly [string, unknown]): string[] {
  const { classNames = undefined } = Array.isArray(found) ? (found as ConfusionMatrix) : {};
  if (!classNames || classNames.length > MOST_CLASSES) return [];
  return [
    `  ${name}, rows are the true classes`,
    ...String(found)
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}
const MOST_CLASSES = 20;

function linesOf({ epoch, training, validation, rows }: EpochRecord): string[] {
  const names = Object.keys(training).filter((name) => typeof training[name] === 'number');
  const width = Math.max(...names.map((name) => name.length));
  const scores = names.map((name) => {
    const [a, b] = [training[name], validation?.[name]];
    const other = b === undefined ? '' : `   validation ${short(b)}   gap ${short(b - a)}`;
    return `  ${name.padEnd(width)}   training ${short(a)}${other}`;
  });
  const seen = `${rows.training} training rows${rows.validation ? ` and ${rows.validation} of validation` : ''}`;
  return [`epoch ${epoch}, on ${seen}`, ...scores, ...Object.entries(validation ?? training).flatMap(tableOf)];
}
