import { callable, checkKeys } from '../options.js';
import type { Logger } from './logger.js';
import { numbersOf } from './paths.js';

export interface CsvOptions {
  /** Called with whole lines, including the line end. */
  to: (text: string) => void;
}

/** Writes a table of the epochs as comma-separated values. The header has the paths of the first epoch's numbers.
 *  Numbers that a later epoch lacks, or that are not finite, are empty fields. Where a later epoch has more numbers,
 *  such as in a second training with a validation set, a second header follows with the new columns last, because
 *  written lines cannot be changed and nothing may be lost. Fields are quoted by RFC 4180.
 *  @example loggers.csv({ to: appendTo('run.csv', { overwrite: true }) }) */
export function csv(options: CsvOptions): Logger {
  const where = 'loggers.csv';
  checkKeys(where, options, ['to'], true);
  const to = callable(where, 'to', options.to, 'a function that takes text');
  const write = (fields: readonly string[]): void => to(`${fields.map(quoted).join(',')}\n`);
  let columns: readonly string[] = [];
  return {
    config: { name: 'csv', options: { ...options } },
    epoch(record) {
      const values = new Map(numbersOf(record));
      const more = [...values.keys()].filter((path) => !columns.includes(path));
      columns = [...columns, ...more];
      if (more.length) write(columns);
      write(columns.map((path) => (Number.isFinite(values.get(path)) ? String(values.get(path)) : '')));
    },
  };
}

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
