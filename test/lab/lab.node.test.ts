import { spawnSync } from 'node:child_process';
import { mkdtempSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENGINES } from '../../playground/engines.js';
import { afterAll, describe, expect, test } from 'vitest';

const load = (file: string): Promise<unknown> => import(pathToFileURL(file).href);
const { PARTS } = (await load('lab/claims/index.mjs')) as { PARTS: { names: string[] }[] };
const { bounds, range, theirs } = (await load('lab/text.mjs')) as {
  bounds(margin: { least?: number; most?: number }): string;
  range(values: number[]): string;
  theirs(figures: { values: number[]; verdict: string }): string;
};
const NAMES = PARTS.flatMap(({ names }) => names);
const textOf = (name: string): string => readFileSync(`lab/claims/${name}.mjs`, 'utf8');
/** The bounds of a margin, as its claim writes them. */
function boundsOf(name: string, what: string): [string, string | undefined, string | undefined] {
  const text = textOf(name);
  const at = text.indexOf(`what: '${what}'`);
  expect(at, `${name}: ${what}`).toBeGreaterThan(0);
  const [margin] = text.slice(at + 5).split('what:');
  const bound = (side: string): string | undefined => new RegExp(`\\b${side}: ([-\\d.e]+)`).exec(margin)?.[1];
  return [margin, bound('most'), bound('least')];
}
const folder = mkdtempSync(join(tmpdir(), 'lab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...words: string[]) => spawnSync(process.execPath, words, { encoding: 'utf8' });

test('every file is a claim of the list, and stands in the guide', () => {
  const files = readdirSync('lab/claims').filter((name) => name !== 'index.mjs');
  expect(NAMES.map((name) => `${name}.mjs`).sort()).toEqual(files.sort());
  const guide = readFileSync('docs/guide/lecture.md', 'utf8');
  expect(NAMES.filter((name) => !guide.includes(`| \`${name}\` |`))).toEqual([]);
});
test.each(NAMES)('%s has a statement, a program and margins, and no numbers of the host', (name) => {
  const text = textOf(name);
  for (const part of ['slides:', 'claim:', 'program(', 'margins:']) expect(text).toContain(part);
  expect(text).not.toMatch(/Math\.(exp|log|pow|sin|cos|hypot|random|tanh)| \*\* |Date|performance/);
});
test('presets are those of the playground, and the guide leads to them', () => {
  const known = Object.values(ENGINES).flatMap(({ presets }) => presets.map(({ name }) => name));
  const guide = readFileSync('docs/guide/lecture.md', 'utf8');
  const named = NAMES.flatMap((name) => {
    const preset = /^ {2}preset: '(.*)',$/m.exec(textOf(name))?.[1];
    return preset === undefined ? [] : [{ name, preset }];
  });
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ preset }) => !known.includes(preset))).toEqual([]);
  for (const { name, preset } of named)
    expect(guide).toContain(`| \`${name}\` | [${preset}](../index.md#preset=${preset}) |`);
});
test('PyTorch’s figures are of margins, with three seeds, and are within them in the mean', () => {
  const { claims } = JSON.parse(readFileSync('lab/pytorch/figures.json', 'utf8')) as {
    claims: Record<string, Record<string, number[]>>;
  };
  const script = readFileSync('lab/pytorch/measure.py', 'utf8');
  expect(Object.keys(claims).length).toBeGreaterThan(40);
  for (const [name, margins] of Object.entries(claims)) {
    expect(NAMES).toContain(name);
    expect(script).toMatch(new RegExp(`^def ${name}_?\\(seed\\)`, 'm'));
    for (const [what, values] of Object.entries(margins)) {
      expect(values.filter(Number.isFinite)).toHaveLength(3);
      const [, most, least] = boundsOf(name, what);
      const mean = values.reduce((a, b) => a + b, 0) / 3;
      if (least !== undefined) expect(mean, `${name}: ${what}`).toBeGreaterThanOrEqual(Number(least));
      if (most !== undefined) expect(mean, `${name}: ${what}`).toBeLessThanOrEqual(Number(most));
    }
  }
});
test('figures of others that are not within a margin are shown as such', () => {
  expect(theirs({ values: [1, 1, 1], verdict: 'holds' })).toBe('1');
  expect(theirs({ values: [1, 2, 3], verdict: 'on average' })).toBe('2 (1 to 3), on average');
});
test('bands and bounds as text', () => {
  expect(range([1, 2, 6])).toBe('3 (1 to 6)');
  expect(range([0.25, 0.25])).toBe('0.25');
  expect(bounds({ least: 1 })).toBe('≥ 1');
  expect(bounds({ most: 0.5 })).toBe('≤ 0.5');
  expect(bounds({ least: 1, most: 2 })).toBe('1 to 2');
  expect(bounds({ least: 1, most: 1 })).toBe('= 1');
});

/** Claims that take a moment. */
const SHORT = ['capacity', 'nearestNeighbor', 'weightDecay', 'sparse', 'earlyStoppingAsL2', 'stochasticPath'];
const PYTORCH = ['weightDecay', 'stochasticPath', 'velocity', 'adam', 'explodes'];
const MORE = ['rateFormula', 'velocity', 'adam', 'batchNormTransform', 'explodes', 'lassoPath'];
describe('the short form, with one seed', () => {
  const out = join(folder, 'report.html');
  const { status, stdout, stderr } = run('lab/run.mjs', ...SHORT, ...MORE, '--seeds', '1', '--out', out);
  test('holds', () => {
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const name of [...SHORT, ...MORE]) expect(stdout).toContain(`holds         ${name}: `);
  });
  test('is a page without scripts, with a figure, a program and a hash for each claim', () => {
    const page = readFileSync(out, 'utf8');
    expect(page).not.toMatch(/<script|javascript:|https?:\/\/(?!www\.w3\.org)/);
    for (const name of [...SHORT, ...MORE]) expect(page).toContain(`<article id="${name}">`);
    const links = [...page.matchAll(/<a href="([^"]*)#preset=([\w-]+)">See it live/g)];
    expect(links.map(([, , preset]) => preset)).toContain('degrees');
    expect(page.match(/<th role="columnheader">PyTorch</g)).toHaveLength(PYTORCH.length);
    // Each leads to the playground of this package.
    for (const [, to] of links)
      expect(existsSync(resolve(folder, to)) || !existsSync('dist/playground.html')).toBe(true);
    expect(page.match(/SHA-256 of the numbers: [\da-f]{64}/g)).toHaveLength(12);
    expect(page.match(/<pre tabindex="0"><code>import \{/g)).toHaveLength(12);
    expect(page.match(/<svg/g)?.length).toBeGreaterThan(5);
  });
});

describe('regulus lab', () => {
  test('prints a claim with its margins, its program and the hash of its numbers', () => {
    const { status, stdout } = run('dist/cli.js', 'lab', 'rateFormula', '--seeds', '1');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^holds {9}rateFormula: ε_k = /);
    expect(stdout).toContain('margin ≤ 1.00e-15');
    expect(stdout).toContain("import { linearDecay } from 'regulus';");
    const [, hash] = /hash of the numbers: ([\da-f]{64})/.exec(stdout) as RegExpExecArray;
    expect(run('dist/cli.js', 'lab', 'rateFormula', '--seeds', '1').stdout).toContain(hash);
  });
  test('names the claim that was meant', () => {
    const { status, stderr } = run('dist/cli.js', 'lab', 'momentun');
    expect(status).toBe(2);
    expect(stderr).toContain("there is no claim 'momentun'; did you mean 'momentum'? The claims are capacity, units, ");
  });
});
