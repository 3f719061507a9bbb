import { readable, short } from '../readable.js';
import type { EpochRecord, Scores } from './history.js';
import { verdictOf, type Whole } from './verdict.js';

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
  /** Of 'continue': the loss to be reached on the validation set, which is that of the best on the whole training set, and whether it was. */
  readonly target?: number;
  readonly reached?: boolean;
}

/** The checkpoint that a training went on from. */
export interface Resumed {
  readonly checkpoint: string;
  /** Updates that were made then. */
  readonly step: number;
  /** Newer checkpoints that could not be read, and why. */
  readonly damaged: readonly { readonly checkpoint: string; readonly reason: string }[];
}

/** What is known about a training. */
export interface Run {
  readonly history: readonly EpochRecord[];
  /** Undefined before the first epoch has ended. */
  readonly best?: Best;
  readonly stopped: Stopped;
  /** The record of the parameters that are kept: the best where they were restored, else the last. Its `training` is that of the whole training
   *  set, evaluated once at the end (of the history's sample, as its `rows` say, where memory does not suffice). Where the signal came
   *  within an epoch and nothing was restored, its scores are of the parameters then, and its other numbers of the last whole epoch. A
   *  second training is not in it. */
  readonly kept?: EpochRecord;
  /** The second training, on training and validation set together, where early stopping asked for it. */
  readonly retrained?: Retrained;
  /** Of several heads: how much each one's loss counted, at the end where it was learned. */
  readonly lossWeights?: Readonly<Record<string, number>>;
  /** What the best answer reaches that does not look at x: of labels their shares, of values their mean; by head 'digit.loss'. What is not
   *  known is missing: a loss whose output is wider than its target may have no such answer. */
  readonly baseline?: Partial<Scores>;
  /** Of a training that `resume` went on with. */
  readonly resumed?: Resumed;
  /** A summary as text: how it ended, scores and rows, the baseline, and the verdict of `diagnose`. */
  report(): string;
}

const REASONS: Record<Stopped['reason'], string> = {
  epochs: 'all epochs made',
  patience: 'no improvement within the patience',
  aborted: 'stopped by the signal',
  reached: 'what was aimed at is reached',
};

export const runOf = (known: Omit<Run, 'report'>): Run => {
  const report = (): string => reportOf(known);
  return readable({ ...known, report }, report);
};

/** How it ended, then training and validation of the parameters that were kept, and of the last epoch, and what they say. */
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

function linesOf({ epoch, training, validation, rows }: EpochRecord): string[] {
  const names = Object.keys(training).filter((name) => typeof training[name] === 'number');
  const width = Math.max(...names.map((name) => name.length));
  const scores = names.map((name) => {
    const [a, b] = [training[name], validation?.[name]];
    const other = b === undefined ? '' : `   validation ${short(b)}   gap ${short(b - a)}`;
    return `  ${name.padEnd(width)}   training ${short(a)}${other}`;
  });
  const seen = `${rows.training} training rows${rows.validation ? ` and ${rows.validation} of validation` : ''}`;
  return [`epoch ${epoch}, on ${seen}`, ...scores];
}
