import { type Key, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import type { Plan } from './plan.js';

/** The most sizes to which batches are padded, each of which needs programs of its own. */
const SIZES = 8;

/** The rows of an epoch, one batch after another. */
export interface Dealt {
  readonly order: Int32Array;
  /** The number of steps of each batch; that of the rows that are left over is the last. */
  readonly steps: readonly number[];
  /** The number of steps that are padding. */
  readonly padding: number;
}

/** Deals rows of unequal length into batches of similar length. */
export interface Buckets {
  /** The numbers of steps that a batch may have, ascending. */
  readonly sizes: readonly number[];
  /** Deals the rows of an epoch; without a key the shortest come first. What it gives depends on the key and the epoch only. Rows of one size are
   *  shuffled, and so are the batches. Rows that fill no batch of their size go with the next larger ones; those that are left over in the end
   *  come from a random place, so that they are not always the longest. */
  deal(key: Key | undefined, epoch: number): Dealt;
}
export function bucketsOf(lengths: Int32Array, { rows, count, rest }: Plan): Buckets {
  const sizes = sizesFor(lengths);
  const sizeOf = lengths.map((length) => sizes.find((size) => size >= length) as number);
  const deal = (key: Key | undefined, epoch: number): Dealt => {
    const shuffled = (n: number, stream: number): Int32Array =>
      key ? permutation(n, key, stream, epoch) : Int32Array.from({ length: n }, (_, i) => i);
    const sorted = shuffled(sizeOf.length, streams.order).sort((a, b) => sizeOf[a] - sizeOf[b]);
    const places = shuffled(count + (rest ? 1 : 0), streams.batches);
    const order = new Int32Array(sorted.length);
    const left = rest ? places[count] : places.length;
    let padding = 0;
    const steps = Array.from(places, (place, i) => {
      const from = place * rows - (place > left ? rows - rest : 0);
      const batch = sorted.subarray(from, from + (place === left ? rest : rows));
      order.set(batch, i * rows);
      const size = sizeOf[batch[batch.length - 1]];
      for (const row of batch) padding += size - lengths[row];
      return size;
    });
    return { order, steps, padding };
  };
  return { sizes, deal };
}

/** The sizes to which rows are padded: their lengths, of which the one is left out, again and again, that adds the fewest steps of padding. */
function sizesFor(lengths: Int32Array): number[] {
  const counts = new Map<number, number>();
  const count = (size: number, more: number): number => {
    const now = (counts.get(size) ?? 0) + more;
    counts.set(size, now);
    return now;
  };
  for (const length of lengths) count(length, 1);
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  while (sizes.length > SIZES) {
    const costs = sizes.slice(1).map((size, i) => count(sizes[i], 0) * (size - sizes[i]));
    const cheapest = costs.indexOf(costs.reduce((a, b) => Math.min(a, b)));
    const [size] = sizes.splice(cheapest, 1);
    count(sizes[cheapest], count(size, 0));
  }
  return sizes;
}
