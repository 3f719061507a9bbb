import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  type FileHandle,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const TEMPORARY = /^\.regulus-.+\.tmp$/;
/** Milliseconds after which a temporary file belongs to nobody: writing takes seconds. */
const ABANDONED = 3_600_000;

/** Puts bytes, or a text that comes in pieces, into a file in such a way that its name stands for the old content or for the new, and never for a part: they are written
 *  beside it first, flushed to the disk, and renamed. Symbolic links are followed. A file keeps its mode; a new one has that of the umask. What
 *  is no regular file (a pipe, a device) is written to as it is. */
export async function replaceFile(path: string, bytes: Uint8Array | AsyncIterable<string>): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  if (old && !old.isFile()) {
    if (bytes instanceof Uint8Array) return writeFile(path, bytes);
    const place = await open(path, 'w');
    return write(place, bytes).finally(() => place.close());
  }
  const target = await followed(path);
  if (old) await access(target, constants.W_OK);
  const folder = dirname(target);
  const beside = join(folder, `.regulus-${randomUUID()}.tmp`);
  try {
    // Nobody may read meanwhile what the old file keeps to itself.
    const file = await open(beside, 'wx', old ? 0o600 : 0o666);
    try {
      if (old) {
        const { uid, gid } = await file.stat();
        if (uid !== old.uid || gid !== old.gid) await file.chown(old.uid, old.gid).catch(() => undefined);
        await file.chmod(old.mode & 0o7777);
      }
      await write(file, bytes);
      await file.sync();
      await sweep(folder, (await file.stat()).mtimeMs);
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (error) {
    // Tidying up must not hide what went wrong.
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes to a file from where it stands. */
async function write(file: FileHandle, bytes: Uint8Array | AsyncIterable<string>): Promise<void> {
  if (bytes instanceof Uint8Array) return file.writeFile(bytes);
  for await (const piece of bytes) await file.writeFile(piece);
}

/** The file that a path leads to, through all symbolic links; it need not exist. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : followed(resolve(await realpath(dirname(path)), link));
  }
}

/** Removes what programs left that were ended while they wrote. `now` is the file system's own time. */
async function sweep(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each))) {
    const file = join(folder, name);
    const { mtimeMs = now } = (await stat(file).catch(() => undefined)) ?? {};
    if (now - mtimeMs > ABANDONED) await rm(file, { force: true }).catch(() => undefined);
  }
}
