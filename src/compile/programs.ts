import type { Owner } from '../wasm/owned.js';
import type { Program } from './program.js';

/** The number of programs that always stay, the last used ones, however large they are: those for whole batches and for
 *  a remainder, for two callers. */
const LEAST = 4;
const MOST = 128;
/** The bytes that all other programs may hold together. */
const BYTES = 256 * 1024 * 1024;

/** Programs that are kept for the next call of the same kind, such as one for every shape of the arguments. Where there
 *  are too many, the least recently used are disposed of, and made again when they are needed. */
export class Programs<T extends Owner & { readonly program: Program }> {
  readonly #entries = new Map<string, { readonly value: T; used: number }>();
  #uses = 0;
  constructor(readonly most = MOST) {}

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry) entry.used = ++this.#uses;
    return entry?.value;
  }

  add(key: string, value: T): T {
    this.#entries.set(key, { value, used: ++this.#uses });
    const newestFirst = [...this.#entries].sort(([, a], [, b]) => b.used - a.used);
    let bytes = 0;
    newestFirst.forEach(([oldKey, old], i) => {
      bytes += old.value.program.bytes;
      if (i < LEAST || (i < this.most && bytes <= BYTES)) return;
      this.#entries.delete(oldKey);
      old.value.dispose();
    });
    return value;
  }

  /** All programs with their keys, in the order in which they were made. */
  get all(): readonly (readonly [key: string, value: T])[] {
    return [...this.#entries].map(([key, { value }]) => [key, value]);
  }

  dispose(): void {
    for (const { value } of this.#entries.values()) value.dispose();
    this.#entries.clear();
  }
}
