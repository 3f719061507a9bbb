/** Places in a stretch of memory, reused as soon as they are free; `size` is how long the stretch must be. */
export class Arena {
  size = 0;
  /** The most bytes that were taken at once: no layout is smaller. */
  bound = 0;
  #taken = 0;
  /** Free pieces by address, never adjacent. */
  readonly #free: { at: number; bytes: number }[] = [];

  /** The smallest free piece that is large enough; the last one is lengthened where none is. */
  take(bytes: number): number {
    this.#taken += bytes;
    this.bound = Math.max(this.bound, this.#taken);
    let index = -1;
    this.#free.forEach((hole, i) => {
      if (hole.bytes >= bytes && (index < 0 || hole.bytes < this.#free[index].bytes)) index = i;
    });
    if (index < 0) {
      const last = this.#free.at(-1);
      const at = last && last.at + last.bytes === this.size ? (this.#free.pop() as { at: number }).at : this.size;
      this.size = at + bytes;
      return at;
    }
    const hole = this.#free[index];
    const at = hole.at;
    hole.at += bytes;
    hole.bytes -= bytes;
    if (!hole.bytes) this.#free.splice(index, 1);
    return at;
  }

  give(at: number, bytes: number): void {
    this.#taken -= bytes;
    const next = this.#free.findIndex((hole) => hole.at > at);
    const index = next < 0 ? this.#free.length : next;
    this.#free.splice(index, 0, { at, bytes });
    for (const i of [index, index - 1]) {
      const [left, right] = [this.#free[i], this.#free[i + 1]];
      if (!left || !right || left.at + left.bytes !== right.at) continue;
      left.bytes += right.bytes;
      this.#free.splice(i + 1, 1);
    }
  }
}
