/** A piece of memory that is needed from one instruction on until before another. */
export interface Lease {
  readonly from: number;
  until: number;
  readonly bytes: number;
  /** Where it lies; `arrange` decides. */
  at: number;
}
const meet = (a: Lease, b: Lease): boolean => a.from < b.until && b.from < a.until;

/** Gives every lease a place where no other lies at the same time; returns how long the stretch of memory must be. The large
 *  ones choose first, the lowest place that fits (greedy by size: Pisarchyk & Lee 2020). */
export function arrange(leases: readonly Lease[]): number {
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

/** The most bytes that are needed at once: no arrangement is shorter. */
export function bound(leases: readonly Lease[]): number {
  const begun = leases.map(({ from }) => from);
  return Math.max(0, ...begun.map((now) => sum(leases.filter(({ from, until }) => from <= now && now < until))));
}
const sum = (leases: readonly Lease[]): number => leases.reduce((total, { bytes }) => total + bytes, 0);
