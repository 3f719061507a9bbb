import { callable, checkKeys, integer } from '../options.js';
import { short } from '../readable.js';
import type { EpochLike, Logger, ScoresLike } from './logger.js';

export interface ConsoleOptions {
  /** Shows every n-th epoch, the first and the last. Default 1. */
  every?: number;
  /** Called with each line, without a line end. Default console.log. */
  to?: (line: string) => void;
}

/** Prints a line for each epoch: the scores of training and validation set, the learning rate, and the time. Numbers
 *  are aligned.
 *  @example loggers.console({ every: 10 }) */
export function console(options: ConsoleOptions = {}): Logger {
  const where = 'loggers.console';
  checkKeys(where, options, ['every', 'to']);
  const every = integer(where, 'every', options.every ?? 1, 1);
  const to = callable(where, 'to', options.to ?? globalThis.console.log, 'a function that takes a line');
  /** The last epoch, if it has not been shown yet. */
  let waiting: EpochLike | undefined;
  return {
    config: { name: 'console', options: { ...options } },
    epoch(record) {
      waiting = record.epoch === 1 || record.epoch % every === 0 ? undefined : record;
      if (!waiting) to(lineOf(record));
    },
    end() {
      if (waiting) to(lineOf(waiting));
      waiting = undefined;
    },
  };
}

const lineOf = ({ epoch, training, validation, learningRate, seconds }: EpochLike): string =>
  [
    `epoch ${String(epoch).padStart(4)}`,
    `training ${scores(training)}`,
    ...(validation ? [`validation ${scores(validation)}`] : []),
    `rate ${learningRate.toExponential(2)}`,
    `${seconds.toFixed(2).padStart(7)} s`,
  ].join('   ');

const scores = (all: ScoresLike): string =>
  Object.entries(all)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${short(value).padStart(7)}`)
    .join(' ');
