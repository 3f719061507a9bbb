import { now } from '../clock.js';
import { refuse } from '../options.js';
import { readable } from '../readable.js';
import type { Program } from './program.js';

/** The measurements of a group of instructions that run together. */
export interface Timing {
  readonly kernels: readonly string[];
  /** The time of one run: the median of many. */
  readonly microseconds: number;
  /** The fraction of the program's time, from 0 to 1. */
  readonly share: number;
  /** The bytes read and written, and the multiplications and additions, of one run. */
  readonly bytes: number;
  readonly flops: number;
}
/** Timings in the program's order; as text, a table. */
export type Profile = readonly Timing[];

/** A compiled function or a training step, which can be profiled. */
export interface Profiled<A extends readonly unknown[]> {
  profile(...args: A): Profile;
}

/** Measures where the time of a compiled function or of a training step goes, instruction by instruction. Parameters
 *  and states stay as they were.
 *  @example console.log(String(profile(trainStep(model, { loss: mse(), optimizer: adam() }), x, y))) */
export const profile = <A extends readonly unknown[]>(target: Profiled<A>, ...args: A): Profile => {
  if (typeof Object(target).profile !== 'function')
    refuse('profile', 'target', target, 'a compiled function or a training step');
  return target.profile(...args);
};

const ROUNDS = 15;
/** The shortest round that is timed, in milliseconds: the clocks of browsers are coarse. */
const LEAST = 0.5;

/** Times the groups of a program one after another, each alone and many times. */
export function profiled(program: Program): Profile {
  return program.undone(() => {
    const timings = program.groups().map((group) => {
      const timed = (times: number): number => {
        const begun = now();
        for (let n = 0; n < times; n++) group.run();
        return (now() - begun) / times;
      };
      const median = (times: number): number =>
        Array.from({ length: ROUNDS }, () => timed(times)).sort((a, b) => a - b)[ROUNDS >> 1];
      let times = 1;
      let found = median(times);
      // A single round may take long by chance, for instance while the host still compiles; the median does not.
      while (found * times < LEAST) {
        times *= 2;
        found = median(times);
      }
      return { ...group, microseconds: 1000 * found };
    });
    const total = timings.reduce((sum, { microseconds }) => sum + microseconds, 0);
    const rows = timings.map(({ kernels, microseconds, bytes, flops }) => ({
      kernels,
      microseconds,
      share: microseconds / total,
      bytes,
      flops,
    }));
    return readable(rows, table);
  });
}

const table = (rows: Profile): string =>
  rows
    .map(({ kernels, microseconds, share, bytes, flops }) => {
      const percent = `${(100 * share).toFixed(1)} %`;
      const rates = `${(flops / microseconds / 1000).toFixed(1)} GFLOP/s  ${(bytes / microseconds / 1000).toFixed(1)} GB/s`;
      return `${microseconds.toFixed(1).padStart(10)} µs ${percent.padStart(7)}  ${kernels.join(' + ').padEnd(40)} ${rates}`;
    })
    .join('\n');
