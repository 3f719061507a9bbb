import { type Hole, insert } from '../wasm/memory.js';

/** A piece of memory that is needed from one instruction (inclusive) to another (exclusive). */
export interface Lease {
  readonly from: number;
  until: number;
  readonly bytes: number;
  /** Its offset, which `arrange` sets. */
  at: number;
}
const meet = (a: Lease, b: Lease): boolean => a.from < b.until && b.from < a.until;

/** The largest number of leases that are arranged by size: this compares all pairs, which takes seconds for more. */
const MANY = 4096;

/** Gives every lease an offset at which no other lease is alive at the same time. Returns the bytes needed in all. */
export const arrange = (leases: readonly Lease[]): number =>
  leases.length > MANY ? arrangeInTime(leases) : arrangeBySize(leases);

/** Arranges the largest leases first, each at the lowest offset that fits (greedy by size: Pisarchyk & Lee 2020). */
export function arrangeBySize(leases: readonly Lease[]): number {
  const placed: Lease[] = [];
  let size = 0;
  for (const lease of [...leases].sort((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    let at = 0;
    for (const other of placed) {
      if (!meet(lease, other)) continue;
      if (at + lease.bytes <= other.at) break;
      at = Math.max(at, other.at + other.bytes);
    }
    lease.at = at;
    size = Math.max(size, at + lease.bytes);
    const after = placed.findIndex((other) => other.at > at);
    placed.splice(after < 0 ? placed.length : after, 0, lease);
  }
  return size;
}

/** Arranges the leases in the order in which they begin, each at the lowest offset that is free then. */
export function arrangeInTime(leases: readonly Lease[]): number {
  const ending = [...leases].sort((a, b) => a.until - b.until);
  const holes: Hole[] = [{ at: 0, bytes: Number.POSITIVE_INFINITY }];
  let [size, ended] = [0, 0];
  for (const lease of [...leases].sort((a, b) => a.from - b.from)) {
    for (; ending[ended].until <= lease.from; ended++)
      insert({ at: ending[ended].at, bytes: ending[ended].bytes }, holes);
    const index = holes.findIndex(({ bytes }) => bytes >= lease.bytes);
    const hole = holes[index];
    lease.at = hole.at;
    hole.at += lease.bytes;
    hole.bytes -= lease.bytes;
    if (!hole.bytes) holes.splice(index, 1);
    size = Math.max(size, hole.at);
  }
  return size;
}

/** The most bytes that are needed at once, which no arrangement can undercut. */
export function bound(leases: readonly Lease[]): number {
  const begun = leases.map(({ from }) => from);
  return Math.max(0, ...begun.map((now) => sum(leases.filter(({ from, until }) => from <= now && now < until))));
}
const sum = (leases: readonly Lease[]): number => leases.reduce((total, { bytes }) => total + bytes, 0);
