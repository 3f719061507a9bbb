/** How an epoch's rows fall into batches, and batches into updates. */
export interface Plan {
  /** Rows of a whole batch, and how many of those there are. */
  readonly rows: number;
  readonly count: number;
  /** Rows that are left over: a last, smaller batch; or a larger one, where a batch of one row joined the one before. */
  readonly rest: number;
  /** Batches of an update. */
  readonly accumulate: number;
  readonly updates: number;
}
export function planOf(size: number, rows: number, accumulate: number, joins: boolean): Plan {
  const count = Math.floor(size / rows) - (joins && size % rows === 1 && size > rows ? 1 : 0);
  const rest = size - count * rows;
  return { rows, count, rest, accumulate, updates: Math.ceil((count + (rest ? 1 : 0)) / accumulate) };
}
