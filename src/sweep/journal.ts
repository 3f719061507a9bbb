import { DataError, OptionError } from '../index.js';
import { builtin } from './host.js';
import { type Outcome, read, written } from './job.js';

/** The outcomes of a search in a file, so that it can go on after its process has died. */
export interface Journal {
  /** What is known of a trial at a resource. */
  found(trial: number, resource: number): Outcome | undefined;
  /** Adds an outcome; it is on the disk when this resolves. */
  add(trial: number, resource: number, outcome: Outcome): Promise<void>;
  close(): Promise<void>;
}

export const noJournal: Journal = {
  found: () => undefined,
  add: async () => undefined,
  close: async () => undefined,
};

/** What must be the same when a search goes on, by name. */
export type Settings = Readonly<Record<string, unknown>>;

const idOf = (trial: number, resource: number): string => `${trial}:${resource}`;

/** Opens the journal of a folder, which is made if it is missing. A line is one write, and counts if it is whole: what a killed process has
 *  left half-written is passed over. Lines that tell the same twice do no harm. */
export async function journalIn(where: string, folder: string, settings: Settings): Promise<Journal> {
  const { mkdir, open, readFile } = builtin('node:fs/promises', where, 'resume');
  const path = `${folder}/journal.jsonl`;
  try {
    await mkdir(folder, { recursive: true });
    const text = await readFile(path, 'utf8').catch((error: { code?: string }) => {
      if (error.code !== 'ENOENT') throw error;
      return '';
    });
    const known = new Map<string, Outcome>();
    let begun = false;
    for (const line of text.split('\n')) {
      const row = parsed(line);
      if (!row) continue;
      if (row.search) {
        compare(where, `the search in ${folder}`, row.search, settings);
        begun = true;
      } else if (row.outcome) known.set(idOf(row.trial, row.resource), read(JSON.stringify(row.outcome)));
    }
    const file = await open(path, 'a');
    const append = async (line: string): Promise<void> => {
      await file.appendFile(`${line}\n`);
      await file.datasync();
    };
    // The first line may have been cut as well.
    if (text && !text.endsWith('\n')) await file.appendFile('\n');
    if (!begun) await append(JSON.stringify({ search: settings }));
    return {
      found: (trial, resource) => known.get(idOf(trial, resource)),
      add: (trial, resource, outcome) =>
        append(`{"trial":${trial},"resource":${resource},"outcome":${written(outcome)}}`),
      close: () => file.close(),
    };
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    throw new DataError(`${where}: resume: cannot use the folder ${folder}: ${(cause as Error).message}`, { cause });
  }
}

interface Row {
  readonly search?: Settings;
  readonly trial: number;
  readonly resource: number;
  readonly outcome?: Outcome;
}
function parsed(line: string): Row | undefined {
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}

/** Refuses a folder that holds something else than what is to go on. */
export function compare(where: string, what: string, before: Settings, now: Settings): void {
  const shown = (value: unknown): string => JSON.stringify(value) ?? 'none';
  const other = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => shown(before[key]) !== shown(now[key]))
    .map((key) => `${key} ${shown(before[key])} → ${shown(now[key])}`);
  if (other.length)
    throw new OptionError(
      `${where}: resume: ${what} has other settings: ${other.join('; ')}; give the same as then, or another folder`,
    );
}
