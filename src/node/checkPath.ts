import { OptionError } from '../index.js';

/** Refuses what names no file. */
export function checkPath(where: string, name: string, path: unknown): void {
  if (typeof path === 'string' || path instanceof URL) return;
  throw new OptionError(`${where}: ${name} is a value of type ${typeof path}; it must be the path of a file`);
}
