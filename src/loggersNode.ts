import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkKeys, DataError, OptionError } from './index.js';

/** Refuses anything but the path of a file. */
export function checkPath(where: string, name: string, path: unknown): void {
  if (typeof path === 'string' || path instanceof URL) return;
  throw new OptionError(`${where}: ${name} is a value of type ${typeof path}; it must be the path of a file`);
}

/** A sink for loggers that appends text or bytes to a file. The file is created at once, with its directory, so that a
 *  path that cannot be written to is noticed before training begins. An existing file is continued, unless `overwrite`
 *  (default false) empties it. Each chunk is in the file when the call returns, so that even a training that crashes
 *  leaves its last epoch.
 *  @example loggers.jsonLines({ to: appendTo('runs/first.jsonl') }) */
export function appendTo(path: string, options: { overwrite?: boolean } = {}): (chunk: string | Uint8Array) => void {
  checkKeys('appendTo', options, ['overwrite']);
  checkPath('appendTo', 'path', path);
  const { overwrite = false } = options;
  if (typeof overwrite !== 'boolean')
    throw new OptionError(`appendTo: overwrite is a value of type ${typeof overwrite}; it must be true or false`);
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch (cause) {
      throw new DataError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
    }
  };
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { flag: overwrite ? 'w' : 'a' });
  });
  return (chunk) => attempt(() => appendFileSync(path, chunk));
}
