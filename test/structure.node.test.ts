import { readdirSync, readFileSync } from 'node:fs';
import { posix, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { equivalent, mutants, patternOf } from '../tools/mutants.list.mjs';

/** The files and folders directly under src/, from low to high. A file may import from its own row and from the rows
 *  above it in this table. */
const RANKS = [
  'errors', //        the classes of errors
  'options', //       checking what users pass
  'config', //        the name and arguments of a factory's call
  'made', //          errors for values that are not the result of a factory
  'clock',
  'curves', //        pictures as text
  'readable', //      results as text
  'markup', //        text within HTML and SVG, and pages
  'hash', //          checksums
  'random', //        counter-based random numbers, and mathematics with the same bits in every engine
  'relaxed', //       other builds of the module, loaded when asked for
  'threads',
  'wasm', //          the module and its linear memory
  'graph', //         tensors as descriptions
  'ops', //           shape rule, lowering and gradient of each op
  'differentiate', // graph → graph
  'compile', //       fuse, schedule, place, emit
  'tensor', //        creation, reading, methods
  'data', //          data sets, splits, preparation
  'losses',
  'metrics',
  'init', //          initial weights
  'nn', //            layers
  'pipeline', //      models of raw data
  'optim', //         optimizers, schedules, clipping
  'regularize', //    penalties, noise, early stopping
  'augment', //       random changes of training data
  'model', //         parameters as one vector, prediction
  'loggers', //       sinks for the numbers of a training
  'train', //         fit and its history
  'surfaces', //      functions to test optimizers on
  'diagnose', //      diagnoses of models and runs
  'models', //        ready models
  'io', //            files
  'checkpoint', // checkpoints of long trainings, and their storage
  'remote', //        training in another thread
  'index', //         the public surface
  'threadWorker', // the code of the thread pool's workers
  'external', //      the same with the kernels in a file
  'digits', //        entries of their own, built on the public surface
  'formats',
  'generalization',
  'pictures',
  'sweep',
  'sweepThread',
  'loggersNode',
  'node',
  'worker',
  'workerThread',
  'cli',
];

/** The functions of Math with the same bits in every engine; all others may differ in the last bits. */
const EXACT = new Set([
  ...['abs', 'sign', 'min', 'max', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'fround', 'imul', 'clz32'],
  ...['PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'SQRT2', 'SQRT1_2'],
]);
const POWERS = new Set([ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken]);
const CLOCKS = new Set(['Date', 'performance']);
const MATH_ALLOWED = 'src/random/hostMath.ts';
const CLOCK_ALLOWED = 'src/clock.ts';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.split(sep).join('/')}`);
const text = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

const home = (file: string): string => file.split('/')[1].replace(/(\.generated)?\.ts$/, '');

/** Relative imports of a file that stay within src/, as paths from the project's root. */
const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(text.get(file) as string)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts'))
    .filter((name) => name.startsWith('src/'));

/** Uses of the host's randomness, clocks and inexact mathematics, with their lines. */
function hostUses(file: string): string[] {
  const source = ts.createSourceFile(file, text.get(file) as string, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string) =>
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) {
      const member = ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : 'as a value';
      if (node.text === 'Math' && !EXACT.has(member) && (file !== MATH_ALLOWED || member === 'random'))
        report(node, `Math ${member}`);
      if (CLOCKS.has(node.text) && file !== CLOCK_ALLOWED) report(node, node.text);
    }
    if (POWERS.has(node.kind) && file !== MATH_ALLOWED) report(node, '**');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('imports point downwards', () => {
  test.each(files)('%s', (file) => {
    const rank = RANKS.indexOf(home(file));
    expect(rank, `src/${home(file)} has no row in the table of ranks`).toBeGreaterThanOrEqual(0);
    const upward = importsOf(file).filter(
      (target) => home(target) !== home(file) && RANKS.indexOf(home(target)) >= rank,
    );
    expect(upward).toEqual([]);
  });
});

test('no weight can see the randomness, the clock or the mathematics of the host', () => {
  expect(files.flatMap(hostUses)).toEqual([]);
});

const LOCKS = ['', 'bench/', 'tools/runtimes/', 'tools/consumers/', 'test/formats/', 'test/sweep/s3/'].map(
  (folder) => `${folder}package-lock.json`,
);
test.each(LOCKS)('%s names no registry', (file) => {
  expect(readFileSync(file, 'utf8')).not.toContain('"resolved"');
});

test('every small fault that tests must notice still fits the code, in one place', () => {
  const texts = new Map<string, string>();
  const places = [...mutants, ...equivalent].map(({ file, from }) => {
    if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
    return `${file}: ${(texts.get(file) as string).match(patternOf(from))?.length ?? 0} of ${from}`;
  });
  expect(places.filter((place) => !/: 1 of /.test(place))).toEqual([]);
});
