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
  { name: 'index', most: 200.5 },
  { name: 'external', most: 166.5 },
  { name: 'relaxed', most: 32.5 },
  { name: 'threads', most: 32.5 },
  { name: 'digits', most: 37.5 },
  // A program takes what it imports of it: a reader has 12 to 20 KB, each of the writers 10.
  { name: 'formats', most: 64.5 },
  { name: 'generalization', most: 24.5 },
  // Eight KB of it for algorithms and graphs: the text of nineteen boxes, how mathematics is set, how functions and models become nodes, and the
  // places of these.
  { name: 'pictures', most: 28 },
  // Half of it are engines: threads, the queue, the gateway and its pages.
  { name: 'sweep', most: 19.5 },
  { name: 'playground', most: 67 },
  { name: 'playgroundWorker', most: 129.5 },
  { name: 'playgroundDigits', most: 37 },
];
for (const { name, most } of BUDGETS)
  test(`dist/${name}.js is at most ${most} KB`, () => {
    expect(kilobytes(bundle(name))).toBeLessThanOrEqual(most);
  });

test('the playground and its engine together are at most 196.5 KB', () => {
  expect(kilobytes(bundle('playground')) + kilobytes(bundle('playgroundWorker'))).toBeLessThanOrEqual(196.5);
});

test('every build of the kernels but the base is a chunk of its own', () => {
  expect(bundle('index').match(KERNELS)).toHaveLength(1);
  expect(bundle('external').match(KERNELS)).toBeNull();
  for (const wasm of readdirSync('dist').filter((name) => name.endsWith('.wasm') && name !== 'base.wasm'))
    expect(bundle(wasm.replace('.wasm', '')).match(KERNELS), wasm).toHaveLength(1);
});

/** What bundlers take for `regulus`. */
const REGULUS = resolve('dist/index.module.js');
const TENSORS = `import { tensor, matmul, relu } from '${REGULUS}';
console.log(relu(matmul(tensor([[1]]), tensor([[2]]))).toArray());`;
const STEP = `import { nn, trainStep, mse, sgd } from '${REGULUS}';
const model = nn.sequential([nn.dense(16, { activation: 'relu' }), nn.dense(1)], { inputs: 2 });
const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) });
console.log(step([[0, 1]], [[1]]));`;
const LOADED = `import { loadSafetensors } from '${REGULUS}';
const model = loadSafetensors(new Uint8Array(await (await fetch('model.safetensors')).arrayBuffer()));
console.log(model.predict([[0, 1]]).toArray());`;
/** The first program of the README. */
const FIRST_MODEL = (
  readFileSync('README.md', 'utf8').match(/```js\n([^`]*from 'regulus\/digits'[^`]*)```/) as string[]
)[1]
  .replace("'regulus'", `'${REGULUS}'`)
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

describe.each(Object.entries(BUNDLERS))('by %s', (_, shaken) => {
  test('tensors and ops alone are at most 24 KB without the kernels, and hold no layers, losses, optimizers, data or training', async () => {
    const code = await shaken(TENSORS);
    expect(code.match(KERNELS)).toHaveLength(1);
    const own = code.replace(KERNELS, '""');
    expect(kilobytes(own)).toBeLessThanOrEqual(24);
    const words = ['batchNorm', 'labelSmoothing', 'adam', 'earlyStopping', 'fromCsv', 'fit:', 'safetensors'];
    for (const word of [...words, 'data set', 'scan', 'dropout', 'lookahead', '428a2f98'])
      expect(own.includes(word), word).toBe(false);
  }, 60000);
});

/** With the kernels, which are 32 KB of it. */
const PROGRAMS = [
  { what: 'tensors and ops alone', program: TENSORS, most: { rollup: 56.5, vite: 56.5 } },
  { what: 'a step of training', program: STEP, most: { rollup: 87.2, vite: 86.5 } },
  // A file may hold any layer and any step of a pipeline, which it names.
  { what: 'a program that loads and predicts', program: LOADED, most: { rollup: 102, vite: 101.7 } },
  {
    what: 'the first model of the README, with 37 KB of data',
    program: FIRST_MODEL,
    most: { rollup: 143.3, vite: 141 },
  },
];
for (const { what, program, most } of PROGRAMS)
  test.each(['rollup', 'vite'] as const)(
    `${what}, by %s, stays within its budget`,
    async (bundler) => {
      expect(kilobytes(await BUNDLERS[bundler](program))).toBeLessThanOrEqual(most[bundler]);
    },
    60000,
  );
