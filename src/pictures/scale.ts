import { hostLog } from '../index.js';
import type { Pair } from './planes.js';

/** Maps numbers to places along an axis. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Whether the axis has a place for a number. */
  has(value: number): boolean;
  at(value: number): number;
  readonly ticks: readonly number[];
}

const exponentOf = (x: number): number => Number(x.toExponential().split('e')[1]);
const tenTo = (n: number): number => Number(`1e${n}`);

/** Round numbers from `low` to `high`, about `count` of them, but three at least where numbers allow it. */
function roundTicks(low: number, high: number, count: number): number[] {
  const rough = high / count - low / count;
  const power = tenTo(exponentOf(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? rough;
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  if (last - first < 2 && count < 20) return roundTicks(low, high, count * 2);
  return Array.from({ length: Math.min(50, Math.max(0, last - first + 1)) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}
/** Powers of ten and round numbers between them, as many as have room. */
function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [exponentOf(low), exponentOf(high)];
  for (const within of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]])
    for (let skip = 1; skip === 1 || (within.length === 1 && skip < 700); skip++) {
      const all: number[] = [];
      for (let e = Math.ceil(first / skip) * skip; e <= last; e += skip)
        for (const m of within) all.push(Number((m * tenTo(e)).toPrecision(3)));
      const seen = all.filter((v) => v >= low * 0.999 && v <= high * 1.001);
      if (seen.length <= count + 1) return seen.length > 1 ? seen : roundTicks(low, high, count);
    }
  return [low, high];
}

/** The least and the largest finite number; 0 and 1 where there is none. Logarithms need positive numbers. */
export function extent(values: Iterable<number>, log = false): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : log ? [0.1, 1] : [0, 1];
}

/** A scale over `domain`, which is widened where it is a single number; from `from` to `to` in pixels. */
export function scaleOf(domain: readonly [number, number], from: number, to: number, log = false, count = 5): Scale {
  let [low, high] = domain;
  if (!(high > low)) {
    const half = Math.abs(low) / 2 || 0.5;
    [low, high] = log ? [low / 2, high * 2] : [low - half, high + half];
  }
  const place = log ? (v: number) => hostLog(v) : (v: number) => v;
  const [a, b] = [place(low), place(high)];
  return {
    low,
    high,
    log,
    has: (value) => Number.isFinite(value) && (!log || value >= 1e-300),
    // Halves, so that the difference of huge numbers is finite.
    at: (value) => from + ((place(value) / 2 - a / 2) / (b / 2 - a / 2)) * (to - from),
    ticks: log ? logTicks(low, high, count) : roundTicks(low, high, count),
  };
}

/** Numbers with equal distances from the first to the last. */
export const spaced = ([low, high]: Pair, n: number): number[] =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

/** The part of the plane that holds points, with a margin. */
export function around(points: readonly (readonly number[])[], share = 0.1): [Pair, Pair] {
  return [0, 1].map((k) => {
    const [low, high] = extent(points.map((p) => p[k]));
    const more = (high - low) * share || Math.abs(low) * share || 1;
    return [low - more, high + more] as const;
  }) as [Pair, Pair];
}
