import { wallClock } from '../clock.js';
import { DataError } from '../errors.js';
import { codeOf, type Disk, isMissing, waited } from './disk.js';

/** The holder of a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** The start time of the process, as the host counts it, since process ids are reused. */
  readonly started?: string;
  /** An id of this lock alone. */
  readonly token: string;
}

/** Milliseconds between a holder's signs of life, and milliseconds without one after which it counts as dead. */
const BEAT = 5000;
const PATIENCE = 30_000;

/** The locks that this thread holds. */
const held = new Set<string>();

/** Returns the start time of a process; undefined where the host does not reveal it. */
async function startOf({ files }: Disk, pid: number): Promise<string | undefined> {
  const text = await files.readFile(`/proc/${pid}/stat`).catch(() => undefined);
  // The name of the program comes second, in brackets, and may have spaces.
  return text && new TextDecoder().decode(text).split(')').at(-1)?.trim().split(' ')[19];
}

async function holderOf({ files }: Disk, path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await files.readFile(path))) as Holder;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a holder is alive; undefined where that cannot be known from here. */
async function lives(disk: Disk, { host, pid, started, token }: Holder): Promise<boolean | undefined> {
  if (host !== disk.host) return undefined;
  if (held.has(token)) return true;
  if (pid !== disk.pid && !disk.lives(pid)) return false;
  const now = await startOf(disk, pid);
  if (started !== now) return false;
  // A holder in another thread of this process may have ended without releasing the lock.
  return pid === disk.pid ? undefined : true;
}

/** Waits for a sign of life: whether the lock's file is touched within the patience. */
async function beats({ files }: Disk, path: string, patience: number): Promise<boolean> {
  const time = async (): Promise<number | undefined> => (await files.stat(path).catch(() => undefined))?.mtimeMs;
  const first = await time();
  for (let spent = 0; spent < patience; spent += patience / 20) {
    await waited(patience / 20);
    const later = await time();
    if (later !== first) return later !== undefined;
  }
  return false;
}

/** A lock that this thread holds. */
export interface Lock {
  /** Throws a DataError where another writer has taken the lock away. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Acquires a lock: a file that names its holder. The lock of a process that has ended is taken over; a holder on another machine, or in another
 *  thread, counts as ended after half a minute without a sign of life. Throws a DataError while another holder lives. */
export async function locked(disk: Disk, path: string, place: string, patience = PATIENCE): Promise<Lock> {
  const { files } = disk;
  const token = globalThis.crypto.randomUUID();
  const holder: Holder = { host: disk.host, pid: disk.pid, started: await startOf(disk, disk.pid), token };
  while (true) {
    try {
      const file = await files.open(path, 'wx');
      try {
        await file.writeFile(JSON.stringify(holder));
      } finally {
        await file.close();
      }
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const other = await holderOf(disk, path);
    const alive = other
      ? ((await lives(disk, other)) ?? (await beats(disk, path, patience)))
      : await beats(disk, path, 1000);
    const still = await holderOf(disk, path);
    if (alive && other && still?.token === other.token)
      throw new DataError(
        `checkpoint: another training writes to ${place}: process ${other.pid} on ${other.host}; end it, or choose another place. If there is none, remove ${path}`,
      );
    if (!alive && still?.token === other?.token) await files.rm(path, { force: true });
  }
  held.add(token);
  const beat = setInterval(() => {
    const now = wallClock() / 1000;
    files.utimes(path, now, now).catch(() => undefined);
  }, BEAT);
  (beat as { unref?(): void }).unref?.();
  const isOwn = async (): Promise<boolean> => (await holderOf(disk, path))?.token === token;
  return {
    async check() {
      if (!(await isOwn()))
        throw new DataError(`checkpoint: another training has taken ${place}; choose a place of its own for each`);
    },
    async release() {
      clearInterval(beat);
      held.delete(token);
      if (await isOwn()) await files.rm(path, { force: true });
    },
  };
}
