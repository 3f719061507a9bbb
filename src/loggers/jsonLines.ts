import { callable, checkKeys, flag } from '../options.js';
import type { Logger } from './logger.js';
import { numbersOf } from './paths.js';

export interface JsonLinesOptions {
  /** Called with whole lines, including the line end. */
  to: (text: string) => void;
  /** Whether to write updates too; each update is then a call into WASM of its own. Default false. */
  steps?: boolean;
}

/** Writes one JSON object per line, such as {"kind":"epoch","epoch":1,…,"validation.loss":0.31}. Its `kind` is 'epoch',
 *  'step' or 'end', and its numbers are named by their paths. JSON has no NaN and no infinity, so they become null.
 *  @example loggers.jsonLines({ to: appendTo('run.jsonl') }) */
export function jsonLines(options: JsonLinesOptions): Logger {
  const where = 'loggers.jsonLines';
  checkKeys(where, options, ['to', 'steps'], true);
  const to = callable(where, 'to', options.to, 'a function that takes text');
  const write = (kind: string, values: object): void => to(`${JSON.stringify({ kind, ...values })}\n`);
  const numbers = (kind: string, record: object): void => write(kind, Object.fromEntries(numbersOf(record)));
  return {
    config: { name: 'jsonLines', options: { ...options } },
    epoch: (record) => numbers('epoch', record),
    ...(flag(where, 'steps', options.steps ?? false) && { step: (record) => numbers('step', record) }),
    end: ({ reason, epoch }) => write('end', { reason, epoch }),
  };
}
