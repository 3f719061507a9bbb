import { type Hole, insert } from '../wasm/memory.js';

/** A piece of memory that is needed from one instruction on until before another. */
export interface Lease {
  readonly from: number;
  until: number;
  readonly bytes: number;
  /** Where it lies; `arrange` decides. */
  at: number;
}
const meet = (a: Lease, b: Lease): boolean => a.from < b.until && b.from < a.until;

/** Leases that choose by size are compared with one another: of more than so many it would take seconds. */
const MANY = 4096;

/** Gives every lease a place where no other lies at the same time; returns how long the stretch of memory must be. */
export const arrange = (leases: readonly Lease[]): number =>
  leases.length > MANY ? arrangeInTime(leases) : arrangeBySize(leases);

/** The large ones choose first, the lowest place that fits (greedy by size: Pisarchyk & Lee 2020). */
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

/** Each chooses when it begins: the lowest place that is free then. */
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

/** The most bytes that are needed at once: no arrangement is shorter. */
export function bound(leases: readonly Lease[]): number {
  const begun = leases.map(({ from }) => from);
  return Math.max(0, ...begun.map((now) => sum(leases.filter(({ from, until }) => from <= now && now < until))));
}
const sum = (leases: readonly Lease[]): number => leases.reduce((total, { bytes }) => total + bytes, 0);
