import { expect } from 'vitest';
import { RegulusError } from '../../src/errors.js';
import { Tensor } from '../../src/graph/tensor.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import { noMoreMemoryThan } from '../support/memory.js';
import { disposeAll } from './kept.js';
import type { Kind } from './kinds.js';
import { WRONG } from './wrong.js';

/** A door: a public function, one right call of it, and what each argument may be. */
export interface Door {
  /** Its name in messages. Default: the last part of the row's name. */
  readonly says?: string;
  readonly call: (...args: never[]) => unknown;
  readonly args?: Readonly<Record<string, Kind>>;
  /** The kinds of the options in the last argument. */
  readonly options?: Readonly<Record<string, Kind>>;
  /** Whether the options object is required. */
  readonly needed?: boolean;
  /** Uses a result, so that lazy work is done too: layers are called, optimizers make an update. */
  readonly use?: (result: never) => unknown;
}
export type Doors = Readonly<Record<string, Door>>;
/** A table with one door, to be spread into another. */
export const row = (
  name: string,
  call: unknown,
  args: Door['args'],
  options?: Door['options'],
  more?: Partial<Door>,
): Doors => ({ [name]: { call: call as Door['call'], args, options, ...more } });

/** Reads all lazy values in a result. */
async function read(result: unknown, depth = 0): Promise<void> {
  const value = await result;
  if (value instanceof Tensor) value.data();
  else if (typeof value === 'object' && value !== null && depth < 3 && !ArrayBuffer.isView(value))
    for (const inner of Object.values(value).slice(0, 50)) await read(inner, depth + 1);
}

async function attempt(door: Door, args: readonly unknown[]): Promise<unknown> {
  try {
    const result = await door.call(...(args as never[]));
    await read(door.use ? door.use(result as never) : result);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    disposeAll();
  }
}

/** Describes what is wrong with the reaction of a door to a value; undefined where it is right. */
function complaint(error: unknown, says: string, place: string, accepted: boolean): string | undefined {
  if (error === undefined) return accepted ? undefined : 'nothing was thrown';
  if (!(error instanceof RegulusError))
    return `${String((error as Error)?.name)}: ${String((error as Error)?.message).slice(0, 200)}`;
  const { message } = error;
  if (message.length > 500) return `a message of ${message.length} characters`;
  if (message.includes('=>') || /function\s*\(/.test(message)) return `a function's source: ${message}`;
  if (accepted) return undefined;
  // A function as a layer is named by its path in the model.
  if (/^[\w.]+ \(function\) gives /.test(message)) return undefined;
  if (!message.startsWith(says)) return `does not begin with ${says}: ${message}`;
  const named =
    message.includes(place) ||
    /\d numbers|is missing/.test(message) ||
    /\b(row|column|element|shape|pair|axis|axes|list|parts|entry|item)\b/.test(message);
  return named ? undefined : `does not name ${place}: ${message}`;
}

/** Calls a door with a right value for each argument, then with each wrong one for each argument and option in turn. */
export async function tryDoor(name: string, door: Door): Promise<void> {
  const says = door.says ?? (name.split('.').at(-1) as string);
  const kinds = Object.entries(door.args ?? {});
  const options = Object.entries(door.options ?? {});
  const right = (): unknown[] => kinds.map(([, kind]) => kind.right());
  const rightOptions = (): Record<string, unknown> =>
    Object.fromEntries(options.map(([key, kind]) => [key, kind.right()]));
  const all = (): unknown[] => (door.options ? [...right(), rightOptions()] : right());

  const complaints: string[] = [];
  const before = memoryInfo();
  const judge = async (place: string, what: string, args: readonly unknown[], accepted: boolean): Promise<void> => {
    const wrong = complaint(await attempt(door, args), says, place, accepted);
    if (wrong) complaints.push(`${name}: ${place} = ${what}: ${wrong}`);
  };
  expect(await attempt(door, all()), `${name}: the right call`).toBeUndefined();
  for (const [what, make] of Object.entries(WRONG)) {
    for (const [i, [place, kind]] of kinds.entries()) {
      const args = all();
      args[i] = make();
      if (kind.endless?.(args[i])) continue;
      await judge(place, what, args, kind.accepts(args[i]));
    }
    for (const [place, kind] of options) {
      const value = make();
      if (kind.endless?.(value)) continue;
      // A missing argument, or null as in JSON, may mean the default.
      const absent = value === undefined || value === null;
      await judge(place, what, [...right(), { ...rightOptions(), [place]: value }], absent || kind.accepts(value));
    }
    if (!door.options) continue;
    const value = make();
    const plain =
      Object.prototype.toString.call(value) === '[object Object]' && Object.keys(value as object).length === 0;
    await judge('option', what, [...right(), value], plain || (value === undefined && !door.needed));
  }
  expect(complaints.join('\n')).toBe('');
  noMoreMemoryThan(before);
}
