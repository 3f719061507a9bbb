import { describe, expect, test } from 'vitest';
import { arrange, arrangeBySize, arrangeInTime, bound, type Lease } from '../../src/compile/arena.js';
import { draws } from '../../src/random/draws.js';
import { seedKey } from '../../src/random/keys.js';

const lease = (from: number, until: number, bytes: number): Lease => ({ from, until, bytes, at: -1 });
/** The leases of different kinds of programs. */
const KINDS: Record<string, (n: number) => Lease[]> = {
  'all at the end': (n) => Array.from({ length: n }, (_, i) => lease(i, 2 * n, 64)),
  'one after another': (n) => Array.from({ length: n }, (_, i) => lease(i, i + 2, 64 * (1 + (i % 3)))),
  'forth and back': (n) => Array.from({ length: n }, (_, i) => lease(i, 2 * n - i, 64 * (1 + (i % 7)))),
  'at random': (n) => {
    const { uniform } = draws(seedKey(1), 0);
    const pick = (most: number): number => Math.floor(uniform(0, most));
    return Array.from({ length: n }, () => {
      const from = pick(n);
      return lease(from, from + 1 + pick(pick(20) ? 10 : n), 64 * (1 + pick(50)));
    });
  },
};

describe.each(Object.entries(KINDS))('%s', (_, make) => {
  test.each([
    ['by size', arrangeBySize, 1.2],
    ['in time', arrangeInTime, 1.6],
  ] as const)('arranged %s, leases never overlap, and are not far from what is needed at once', (__, how, most) => {
    const leases = make(400);
    const size = how(leases);
    const meets = (a: Lease, b: Lease): boolean =>
      a.from < b.until && b.from < a.until && a.at < b.at + b.bytes && b.at < a.at + a.bytes;
    expect(leases.filter(({ at, bytes }) => at < 0 || at + bytes > size)).toEqual([]);
    expect(leases.filter((a, i) => leases.some((b, k) => k > i && meets(a, b)))).toEqual([]);
    expect(size).toBeLessThanOrEqual(most * bound(leases));
  });
  test('many are arranged at once', () => {
    expect(arrange(make(50_000))).toBeGreaterThan(0);
  }, 20_000);
});
