import { randomUUID } from 'node:crypto';
import { access, constants, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from './kinds.js';

/** Refuses a path, the value of `option`, that cannot be written to. A temporary file is made in its directory and removed, since permissions alone do not tell. */
export async function checkTarget(path: string, option = '--save'): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`${option} ${path} is a directory; give the name of a file`);
  const refuse = (cause: Error): never => {
    // The message leaves out the name of the temporary file.
    throw new UsageError(`${option} ${path} cannot be written: ${cause.message.replace(/, \w+ '.*'$/, '')}`);
  };
  if (found) await access(path, constants.W_OK).catch(refuse);
  if (found && !found.isFile()) return;
  const folder = dirname(await realpath(path).catch(() => path));
  const isThere = await stat(folder).then(
    (place) => place.isDirectory(),
    () => false,
  );
  if (!isThere) throw new UsageError(`${option} ${path}: there is no directory ${folder}`);
  const beside = join(folder, `.regulus-${randomUUID()}.tmp`);
  await writeFile(beside, '', { flag: 'wx' }).catch(refuse);
  await rm(beside, { force: true });
}
