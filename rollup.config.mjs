import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import typescript from '@rollup/plugin-typescript';
import { wasm } from '@rollup/plugin-wasm';
import { dts } from 'rollup-plugin-dts';
import { augmentations, fresh, nativeBase64, oneEngine, subpaths } from './tools/rollup.mjs';

const index = resolve('src/index.ts');
/** Chunks that the main file loads when asked for. */
const chunks = Object.fromEntries(['relaxed', 'threads'].map((name) => [name, resolve(`src/${name}.ts`)]));
/** Entries built on the public surface, which they import from src/index.ts: a line here, one in package.json's `exports`. */
const above = {
  digits: 'src/digits.ts',
  node: 'src/node.ts',
  worker: 'src/worker.ts',
  workerThread: 'src/workerThread.ts',
  cli: 'src/cli/main.ts',
};
/** `export * as nn from './nn/index.js'` in src/index.ts makes regulus/nn too: a line in package.json's `exports`. */
const namespaces = Object.fromEntries(
  [...readFileSync(index, 'utf8').matchAll(/^export \* as (\w+) from '\.\/(.+)\.js'/gm)].map(([, name, file]) => [
    name,
    `src/${file}.ts`,
  ]),
);
const { cli, ...imported } = above;

const output = { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name].js' };
const compile = (tsconfig) => typescript({ tsconfig, module: 'nodenext', noEmitOnError: true, removeComments: true });
const engine = oneEngine();

export default [
  {
    input: { index },
    external: Object.values(chunks),
    output: {
      ...output,
      paths: Object.fromEntries(Object.entries(chunks).map(([name, file]) => [file, `./${name}.js`])),
    },
    plugins: [
      fresh(),
      wasm({ targetEnv: 'auto-inline', sync: ['build/base.wasm'] }),
      nativeBase64(),
      compile('tsconfig.engine.json'),
      engine.below,
      subpaths(Object.keys(namespaces)),
    ],
  },
  {
    input: { ...chunks, threadWorker: 'src/threadWorker.ts' },
    output,
    plugins: [
      wasm({ targetEnv: 'auto-inline', sync: Object.keys(chunks).map((name) => `build/${name}.wasm`) }),
      nativeBase64(),
      compile('tsconfig.engine.json'),
    ],
  },
  {
    input: above,
    external: [index, /^node:/],
    output: { ...output, paths: { [index]: './index.js' } },
    plugins: [compile('tsconfig.src.json'), engine.above],
  },
  {
    input: { index, ...namespaces },
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts', minifyInternalExports: false },
    plugins: [dts({ tsconfig: 'tsconfig.src.json' }), augmentations()],
  },
  {
    input: imported,
    external: [index, /^node:/],
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts', paths: { [index]: './index.js' } },
    plugins: [dts({ tsconfig: 'tsconfig.src.json' })],
  },
];
