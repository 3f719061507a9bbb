import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Runs the text of a module in a program of its own, and returns its output. */
const printed = (text: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', text], { encoding: 'utf8' }).trim();

test('regulus/external has the names of regulus', () => {
  const names = (entry: string) =>
    printed(`console.log(Object.keys(await import('./dist/${entry}.js')).sort().join())`);
  // Beside them, regulus has the members of its namespaces for the modules of their names.
  expect(names('external')).toBe(names('index').replaceAll(/\w+\$\w+,/g, ''));
});

test('regulus/external computes, with the kernels that it reads', () => {
  expect(
    printed("const { tensor } = await import('./dist/external.js'); console.log(tensor([1, 2]).square().sum().item())"),
  ).toBe('5');
});

test('regulus/external says where its file has to be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'external-'));
  copyFileSync('dist/external.js', join(folder, 'external.mjs'));
  const answer = printed(`await import(${JSON.stringify(join(folder, 'external.mjs'))})
    .catch(({ name, message }) => console.log(name, message));`);
  rmSync(folder, { recursive: true });
  expect(answer).toContain('UnsupportedError regulus/external: no kernels at file:///');
  expect(answer).toMatch(
    /base\.wasm: Error: ENOENT.*; put the package's base\.wasm there, or import regulus, which holds it/,
  );
});

test.each([
  ['index', 'external', 'regulus/external: this program runs regulus already'],
  ['external', 'index', 'regulus: this program runs regulus/external already'],
  ['external', 'digits', 'regulus: this program runs regulus/external already'],
])('two engines in one program are refused: %s, then %s', (first, second, message) => {
  const answer = printed(`await import('./dist/${first}.js');
    await import('./dist/${second}.js').catch(({ name, message }) => console.log(name, message));`);
  expect(answer).toContain(`UnsupportedError ${message}, and two engines share nothing`);
});

test.each([
  ['index', 'regulus'],
  ['external', 'regulus/external'],
])('a host that lacks what is needed is told what: %s', (file, entry) => {
  const answer = (before: string): string =>
    printed(`${before}; await import('./dist/${file}.js').catch(({ name, message }) => console.log(name, message));`);
  expect(answer('delete globalThis.WebAssembly')).toBe(
    `UnsupportedError ${entry} needs WebAssembly with SIMD, which this host lacks or has turned off`,
  );
  const none = "WebAssembly.Memory = class { constructor() { throw new RangeError('could not allocate memory') } }";
  expect(answer(none)).toContain(
    'OutOfMemoryError regulus: this host gives no WebAssembly memory of 2686976 bytes (RangeError: could not allocate memory); raise the limit',
  );
});

test('classes keep their names, which messages show', () => {
  expect(
    printed(`const { dataset, relu, ShapeError } = await import('./dist/index.js');
      try { relu(dataset({ x: [[1]], y: [1] })) } catch ({ message }) { console.log(message, ShapeError.name) }`),
  ).toBe('relu: x is a Dataset; give numbers, in lists or as a tensor ShapeError');
});
