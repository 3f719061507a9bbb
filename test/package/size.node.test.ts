import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';
import { build, type Rollup } from 'vite';
import { describe, expect, test } from 'vitest';
import { minified } from '../../tools/rollup.mjs';

const kilobytes = (text: string): number => gzipSync(text).length / 1024;
/** The packed kernels: the only text as long as that. */
const KERNELS = /(["'`])[^"'`\s\\]{20000,}\1/g;
const bundle = (name: string): string => readFileSync(`dist/${name}.js`, 'utf8');

/** Gzipped, in KB of 1,024 bytes. */
const BUDGETS = [
  { name: 'index', most: 194 },
  { name: 'external', most: 163.5 },
  { name: 'relaxed', most: 30 },
  { name: 'threads', most: 30 },
  { name: 'digits', most: 39 },
  // A program takes what it imports of it: a reader has 12 to 20 KB, each of the writers 10.
  { name: 'formats', most: 66 },
  { name: 'generalization', most: 24.5 },
  // Half a KB of it for the pictures of searches.
  { name: 'pictures', most: 20.5 },
  // Half of it are engines: threads, the queue, the gateway and its pages.
  { name: 'sweep', most: 19.5 },
  { name: 'playground', most: 75 },
  { name: 'playgroundWorker', most: 124.5 },
  { name: 'playgroundDigits', most: 39 },
];
for (const { name, most } of BUDGETS)
  test(`dist/${name}.js is at most ${most} KB`, () => {
    expect(kilobytes(bundle(name))).toBeLessThanOrEqual(most);
  });

test('the playground and its engine together are at most 191.5 KB', () => {
  expect(kilobytes(bundle('playground')) + kilobytes(bundle('playgroundWorker'))).toBeLessThanOrEqual(191.5);
});

test('every build of the kernels but the base is a chunk of its own', () => {
  expect(bundle('index').match(KERNELS)).toHaveLength(1);
  expect(bundle('external').match(KERNELS)).toBeNull();
  for (const wasm of readdirSync('dist').filter((name) => name.endsWith('.wasm') && name !== 'base.wasm'))
    expect(bundle(wasm.replace('.wasm', '')).match(KERNELS), wasm).toHaveLength(1);
});

const TENSORS = `import { tensor, matmul, relu } from '${resolve('dist/index.js')}';
console.log(relu(matmul(tensor([[1]]), tensor([[2]]))).toArray());`;
/** The first program of the README. */
const FIRST_MODEL = (
  readFileSync('README.md', 'utf8').match(/```js\n([^`]*from 'regulus\/digits'[^`]*)```/) as string[]
)[1]
  .replace("'regulus'", `'${resolve('dist/index.js')}'`)
  .replace("'regulus/digits'", `'${resolve('dist/digits.js')}'`);
const virtual = (program: string) => ({
  name: 'program',
  resolveId: (id: string) => (id === 'program' ? id : null),
  load: (id: string) => (id === 'program' ? program : null),
});
/** What bundlers make of a program. */
const BUNDLERS = {
  rollup: async (program: string) => {
    const built = await rollup({
      input: 'program',
      plugins: [virtual(program), minified()],
      external: /relaxed|threads/,
    });
    return (await built.generate({ format: 'es' })).output[0].code;
  },
  vite: async (program: string) => {
    const options = { input: 'program', external: [/relaxed|threads/] };
    const built = (await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [virtual(program)],
      build: { write: false, minify: true, rollupOptions: options },
    })) as Rollup.RollupOutput;
    return built.output[0].code;
  },
};

describe.each(Object.entries(BUNDLERS))('tensors and ops alone, by %s', (_, shaken) => {
  test('are at most 45 KB without the kernels, and hold no layers, losses, optimizers, data or training', async () => {
    const code = await shaken(TENSORS);
    expect(code.match(KERNELS)).toHaveLength(1);
    const own = code.replace(KERNELS, '""');
    expect(kilobytes(own)).toBeLessThanOrEqual(45);
    for (const word of ['batchNorm', 'labelSmoothing', 'adam', 'earlyStopping', 'fromCsv', 'fit:', 'safetensors'])
      expect(own).not.toContain(word);
  }, 60000);
});

// Rollup drops members of `nn` that a program does not name, which Vite keeps.
test.each([
  ['rollup', 138],
  ['vite', 151],
] as const)(
  'the first model of the README with its data, by %s, is at most %i KB',
  async (bundler, most) => {
    expect(kilobytes(await BUNDLERS[bundler](FIRST_MODEL))).toBeLessThanOrEqual(most);
  },
  60000,
);
