import { callable, checkKeys } from '../options.js';
import type { Logger } from './logger.js';
import { numbersOf } from './paths.js';

export interface CsvOptions {
  /** Gets whole lines, line end included. */
  to: (text: string) => void;
}

/** A table of the epochs as comma-separated values: the header has the paths of the first epoch's numbers. What a later epoch does not
 *  have is an empty field, and so is what is not finite. Where it has more, as a second training with a validation set, a second
 *  header follows, the new columns last: what is written cannot be changed, and nothing may be lost. Fields are quoted as RFC 4180 says.
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
