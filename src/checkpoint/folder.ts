import { DataError, RegulusError } from '../errors.js';
import { type Disk, diskOf, isMissing, isTemporary, placed } from './disk.js';
import { type Lock, locked } from './lock.js';
import type { CheckpointStore, StoredCheckpoint } from './store.js';

/** Calls a function that uses files; an error of the system becomes a DataError. */
async function attempted<T>(what: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (cause) {
    if (cause instanceof RegulusError) throw cause;
    throw new DataError(`checkpoint: cannot ${what}: ${(cause as Error).message}`, { cause });
  }
}

const FILE = /^checkpoint-(\d{6,})\.run(\d+)\.safetensors$/;
interface Entry extends StoredCheckpoint {
  readonly number: number;
}
const entryOf = (name: string): Entry[] => {
  const [, number, run] = FILE.exec(name) ?? [];
  return run === undefined ? [] : [{ name, run, number: Number(number) }];
};

/** The common part of stores in a folder and in a single file: a lock that a writer must hold. */
abstract class Place implements CheckpointStore {
  #disk?: Disk;
  protected lockHeld?: Lock;
  constructor(
    readonly name: string,
    protected readonly folder: string,
    /** The names of the lock and of temporary files. */
    protected readonly prefix: string,
  ) {}
  protected get disk(): Disk {
    this.#disk ??= diskOf(this.name);
    return this.#disk;
  }

  abstract list(): Promise<readonly StoredCheckpoint[]>;
  protected abstract add(bytes: Uint8Array, how: { run?: string; keep: number }): Promise<string>;

  read(name: string): Promise<Uint8Array> {
    return attempted(`read ${this.folder}/${name}`, () => this.disk.files.readFile(`${this.folder}/${name}`));
  }
  write(bytes: Uint8Array, how: { run?: string; keep: number }): Promise<string> {
    return attempted(`write to ${this.name}`, async () => {
      await this.lockHeld?.check();
      return this.add(bytes, how);
    });
  }
  lock(): Promise<() => Promise<void>> {
    return attempted(`write to ${this.name}`, async () => {
      const { files } = this.disk;
      await files.mkdir(this.folder, { recursive: true });
      const lock = await locked(this.disk, `${this.folder}/.${this.prefix}.lock`, this.name);
      this.lockHeld = lock;
      for (const file of await files.readdir(this.folder))
        if (isTemporary(file, this.prefix)) await files.rm(`${this.folder}/${file}`, { force: true });
      return async () => {
        this.lockHeld = undefined;
        await lock.release();
      };
    });
  }
  protected async names(): Promise<string[]> {
    try {
      return await this.disk.files.readdir(this.folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

class Folder extends Place {
  constructor(path: string) {
    super(path, path, 'checkpoint');
  }
  list(): Promise<readonly Entry[]> {
    return attempted(`read ${this.name}`, async () =>
      (await this.names()).flatMap(entryOf).sort((a, b) => b.number - a.number),
    );
  }
  protected async add(bytes: Uint8Array, { run, keep }: { run?: string; keep: number }): Promise<string> {
    const before = await this.list();
    const number = (before[0]?.number ?? 0) + 1;
    const own = run ?? String(Math.max(0, ...before.map((entry) => Number(entry.run))) + 1);
    const name = `checkpoint-${String(number).padStart(6, '0')}.run${own}.safetensors`;
    await placed(this.disk, this.folder, name, bytes);
    for (const old of before.filter((entry) => entry.run === own).slice(keep - 1))
      await this.disk.files.rm(`${this.folder}/${old.name}`, { force: true });
    return own;
  }
}

class File extends Place {
  readonly #own: string;
  constructor(path: string) {
    const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    const own = path.slice(at + 1);
    super(path, at < 0 ? '.' : path.slice(0, at) || '/', own);
    this.#own = own;
  }
  get #previous(): string {
    return this.#own.replace(/\.safetensors$/, '.previous.safetensors');
  }
  list(): Promise<readonly StoredCheckpoint[]> {
    return attempted(`read ${this.name}`, async () => {
      const names = await this.names();
      return [this.#own, this.#previous].filter((name) => names.includes(name)).map((name) => ({ name, run: '' }));
    });
  }
  protected async add(bytes: Uint8Array, { keep }: { keep: number }): Promise<string> {
    const { disk, folder } = this;
    const path = `${folder}/${this.#own}`;
    const before = async (): Promise<void> => {
      const old = keep > 1 ? await disk.files.readFile(path).catch(() => undefined) : undefined;
      if (old) await placed(disk, folder, this.#previous, old);
    };
    await placed(disk, folder, this.#own, bytes, before);
    return '';
  }
}

/** Makes a store that keeps each checkpoint as a numbered file in a folder. */
export const folderStore = (path: string): CheckpointStore => new Folder(path.replace(/(?<=.)[/\\]+$/, ''));
/** Makes a store of a single file with the newest checkpoint; the previous one is kept beside it. */
export const fileStore = (path: string): CheckpointStore => new File(path);
