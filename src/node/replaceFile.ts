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
/** The age in milliseconds at which a temporary file counts as abandoned; writing one takes seconds. */
const ABANDONED = 3_600_000;

/** Replaces a file's content by bytes, or by a text in pieces, atomically: they are written to a temporary file beside it, flushed to the disk,
 *  and renamed, so that the name always stands for the whole old or the whole new content. Symbolic links are followed. A file keeps its
 *  mode; a new one gets the mode of the umask. Pipes and devices are written to directly. */
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
    // While it is written, nobody may read it who could not read the old file.
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

/** Writes to a file at its current position. */
async function write(file: FileHandle, bytes: Uint8Array | AsyncIterable<string>): Promise<void> {
  if (bytes instanceof Uint8Array) return file.writeFile(bytes);
  for await (const piece of bytes) await file.writeFile(piece);
}

/** Follows all symbolic links of a path; the file at their end need not exist. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : followed(resolve(await realpath(dirname(path)), link));
  }
}

/** Removes the temporary files of programs that ended while they wrote. `now` is the file system's own time. */
async function sweep(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each))) {
    const file = join(folder, name);
    const { mtimeMs = now } = (await stat(file).catch(() => undefined)) ?? {};
    if (now - mtimeMs > ABANDONED) await rm(file, { force: true }).catch(() => undefined);
  }
}
