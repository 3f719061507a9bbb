import { UnsupportedError } from '../errors.js';

/** The functions of Node's file system that checkpoints use; Deno and Bun have them too. */
export interface Handle {
  writeFile(data: Uint8Array | string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
export interface Files {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Uint8Array>;
  open(path: string, flags: string): Promise<Handle>;
  rename(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
  stat(path: string): Promise<{ readonly mtimeMs: number }>;
  utimes(path: string, accessed: number, modified: number): Promise<void>;
}
interface Host {
  readonly process?: {
    readonly pid: number;
    readonly platform: string;
    kill(pid: number, signal: 0): unknown;
    getBuiltinModule?(name: string): unknown;
  };
}

/** The file system, and facts about the host. */
export interface Disk {
  readonly files: Files;
  readonly pid: number;
  readonly windows: boolean;
  readonly host: string;
  /** Whether a process is alive. */
  lives(pid: number): boolean;
}

/** Returns the file system. Throws an UnsupportedError where the host has none. */
export function diskOf(place: string): Disk {
  const { process } = globalThis as Host;
  const fs = process?.getBuiltinModule?.('node:fs') as { promises: Files } | undefined;
  const os = process?.getBuiltinModule?.('node:os') as { hostname(): string } | undefined;
  if (!process || !fs || !os)
    throw new UnsupportedError(`checkpoint: this host has no files, and cannot use '${place}'; give indexedDB('name')`);
  return {
    files: fs.promises,
    pid: process.pid,
    windows: process.platform === 'win32',
    host: os.hostname(),
    lives: (pid) => {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        // Signalling a process of another user is refused, but shows that it is alive.
        return codeOf(error) === 'EPERM';
      }
    },
  };
}

export const codeOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
export const waited = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Milliseconds between attempts to rename: on Windows a virus scanner may hold a file for a moment. */
const RETRIES = [5, 10, 20, 40, 80, 160];
const HELD = ['EPERM', 'EACCES', 'EBUSY'];

async function renamed({ files, windows }: Disk, from: string, to: string): Promise<void> {
  for (const wait of windows ? RETRIES : []) {
    try {
      return await files.rename(from, to);
    } catch (error) {
      if (!HELD.includes(codeOf(error) ?? '')) throw error;
      await waited(wait);
    }
  }
  return files.rename(from, to);
}

/** Writes bytes and flushes them to the disk, so that they survive a failure of the machine. */
async function flushed({ files }: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a folder's entries to the disk; Windows cannot, and does not need to. */
async function flushedFolder({ files, windows }: Disk, folder: string): Promise<void> {
  if (windows) return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot flush a folder.
    if (!['EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** Recognizes temporary files by their names: the holder of the lock removes those that ended trainings left. */
export const temporary = (name: string): string => `.${name}.${globalThis.crypto.randomUUID()}.tmp`;
export const isTemporary = (file: string, name: string): boolean =>
  file.startsWith(`.${name}`) && file.endsWith('.tmp');

/** Puts a file into a folder under its name at once: written beside it, flushed, renamed, and the folder flushed. `before` is called
 *  when the bytes are on the disk. */
export async function placed(
  disk: Disk,
  folder: string,
  name: string,
  bytes: Uint8Array,
  before?: () => Promise<void>,
): Promise<void> {
  const beside = `${folder}/${temporary(name)}`;
  try {
    await flushed(disk, beside, bytes);
    await before?.();
    await renamed(disk, beside, `${folder}/${name}`);
  } catch (error) {
    // Tidying up must not hide what went wrong.
    await disk.files.rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushedFolder(disk, folder);
}
