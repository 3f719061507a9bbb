import { UsageError } from './kinds.js';
import type { Output } from './output.js';
import { meant, type Nearest } from './words.js';

/** What lab/ gives, which is a folder of the package beside dist/. */
interface Result {
  readonly name: string;
  readonly verdict: string;
  readonly seen?: string;
}
interface Lab {
  readonly NAMES: readonly string[];
  proveAll(
    names: readonly string[],
    options: { seeds: number; tell(result: Result): void; ended(): boolean },
  ): Promise<readonly Result[]>;
}
interface Text {
  line(result: Result): string;
  details(result: Result): string;
}
interface Report {
  reportOf(results: readonly Result[], options?: { playground: string }): string;
  playgroundFrom(file: string): string;
}
const part = <T>(name: string): Promise<T> => import(new URL(`../lab/${name}.mjs`, import.meta.url).href) as Promise<T>;

/** Proves claims of the lecture, all of them where none is named, and prints each verdict; a single claim with its program, figure and
 *  numbers. Returns the report as a page, and whether every claim was as it was seen before. */
export async function lab(
  names: readonly string[],
  { seeds, report }: { seeds: number; report?: string },
  output: Output,
  nearest: Nearest,
): Promise<{ page: string; expected: boolean }> {
  const [{ NAMES, proveAll }, { line, details }, { playgroundFrom, reportOf }] = await Promise.all([
    part<Lab>('lab'),
    part<Text>('text'),
    part<Report>('report'),
  ]);
  for (const name of names)
    if (!NAMES.includes(name)) {
      const found = nearest(name, NAMES);
      throw new UsageError(
        `there is no claim '${name}'${meant(found, `'${found}'`)} The claims are ${NAMES.join(', ')}`,
      );
    }
  const results = await proveAll(names.length ? names : NAMES, {
    seeds,
    // Where nobody reads on and no page is wanted, the rest is not proved.
    ended: () => output.lost !== undefined && report === undefined,
    tell: (result) => output.write(`${line(result)}\n${names.length === 1 ? `${details(result)}\n` : ''}`),
  });
  const expected = results.every(({ verdict, seen }) => verdict !== 'does not hold' || seen !== undefined);
  const links = report === undefined ? undefined : { playground: playgroundFrom(report) };
  return { page: reportOf(results, links), expected };
}
