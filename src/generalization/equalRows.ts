import type { Dataset } from '../index.js';
import { numbersIn } from './features.js';

/** Finds rows with equal numbers, by a hash that is checked. */
export class EqualRows {
  readonly #width: number;
  readonly #sets: { readonly data: Dataset; readonly words: Int32Array }[] = [];
  readonly #rows = new Map<number, { readonly set: number; readonly row: number }[]>();
  constructor(width: number) {
    this.#width = width;
  }

  /** Adds a set, whose rows are looked up from then on. `seen` gets each row with the first equal one that is there already. */
  add(
    data: Dataset,
    seen: (row: number, first: { readonly data: Dataset; readonly row: number }) => void,
    keep = true,
  ): void {
    const words = new Int32Array(numbersIn(data).buffer);
    const set = this.#sets.push({ data, words }) - 1;
    for (let row = 0; row < data.size; row++) {
      const hash = this.#hash(words, row);
      const same = this.#rows.get(hash) ?? [];
      const first = same.find((other) => this.#equal(words, row, this.#sets[other.set].words, other.row));
      if (first) seen(row, { data: this.#sets[first.set].data, row: first.row });
      else if (keep) this.#rows.set(hash, [...same, { set, row }]);
    }
  }

  #hash(words: Int32Array, row: number): number {
    let hash = 0x811c9dc5;
    for (let i = row * this.#width; i < (row + 1) * this.#width; i++) {
      hash = Math.imul(hash ^ words[i], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
  #equal(a: Int32Array, i: number, b: Int32Array, j: number): boolean {
    for (let k = 0; k < this.#width; k++) if (a[i * this.#width + k] !== b[j * this.#width + k]) return false;
    return true;
  }
}

/** Whether two rows have the same targets, all of them; rows that lack one have no other. */
export function equalTargets(a: Dataset, i: number, b: Dataset, j: number): boolean {
  return a.targets.every((target, t) => {
    const other = b.targets[t];
    if (!other || target.mask?.[i] === 0 || other.mask?.[j] === 0) return true;
    const width = target.values.length / a.size;
    for (let k = 0; k < width; k++) if (target.values[i * width + k] !== other.values[j * width + k]) return false;
    return true;
  });
}
