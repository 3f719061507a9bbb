import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import nodeResolve from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import { wasm } from '@rollup/plugin-wasm';
import { dts } from 'rollup-plugin-dts';
import {
  sendBack,
  files,
  asModules,
  enumless,
  forNode,
  forWorkerd,
  fresh,
  members,
  minified,
  onePage,
  outdented,
  oneEngine,
  packed,
  requiredTypes,
  selfTyped,
  separate,
  subpaths,
  transpiled,
  typesAreTypes,
  WITHOUT_PAGE,
} from './tools/rollup.mjs';

const index = resolve('src/index.ts');
/** Chunks that the engines load when asked for, each with another build of the kernels; a name is a target in asconfig.json too. */
const builds = Object.fromEntries(['relaxed', 'threads'].map((name) => [name, resolve(`src/${name}.ts`)]));
/** Entries built on the public surface, which they import from src/index.ts: a line here, one in package.json's `exports`. */
const above = {
  digits: 'src/digits.ts',
  formats: 'src/formats/index.ts',
  generalization: 'src/generalization/index.ts',
  pictures: 'src/pictures/index.ts',
  sweep: 'src/sweep/index.ts',
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
/** The main entry with its kernels in a file: a second engine, for programs that import nothing else of the package. */
const external = 'src/external.ts';
const { cli, ...imported } = above;
/** The places of all entries' sources in dist. */
const entries = Object.fromEntries(
  Object.entries({ index, ...imported }).map(([name, file]) => [resolve(file), `./${name}.js`]),
);
/** Declarations without what is marked as internal: of the package's own entries, and of no one else. */
const declared = () => dts({ tsconfig: 'tsconfig.src.json', compilerOptions: { stripInternal: true } });

/** Namespaces are plain objects: of one that is frozen, bundlers keep every member. */
const output = { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name].js', freeze: false };
const kernels = (name) => `build/${name}.wasm`;
const inlined = (...names) => [wasm({ targetEnv: 'auto-inline', sync: names.map(kernels) }), packed()];
const engine = oneEngine();
const onEngine = {
  external: Object.values(builds),
  output: {
    ...output,
    paths: Object.fromEntries(Object.entries(builds).map(([name, file]) => [file, `./${name}.js`])),
  },
};
/** What Node loads, as text that can be read. */
const readable = transpiled({ removeComments: true, sourceMap: false });
const onNode = {
  output: {
    dir: 'dist',
    format: 'cjs',
    exports: 'named',
    interop: 'esModule',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    dynamicImportInCjs: false,
    paths: { [index]: './index.cjs' },
  },
};

/** The element, the worker that holds its engine, and a page of both. */
const playground = [
  {
    input: { playgroundWorker: 'playground/worker.ts' },
    output: { ...output, sourcemap: false },
    plugins: [inlined('base'), transpiled({ sourceMap: false }), enumless(), minified()],
  },
  {
    input: { playground: 'playground/index.ts' },
    external: (id) => id.endsWith('playgroundWorker.js'),
    output: {
      ...output,
      exports: 'named',
      // The digits are loaded with their topic.
      chunkFileNames: 'playgroundDigits.js',
      intro: WITHOUT_PAGE,
      paths: (id) => (id.endsWith('playgroundWorker.js') ? './playgroundWorker.js' : id),
    },
    plugins: [
      nodeResolve({ browser: true }),
      outdented(),
      transpiled(),
      minified({ keep_classnames: false, compress: { passes: 3 } }),
      selfTyped(),
      onePage('playground/page.html'),
    ],
  },
  {
    input: { playground: 'playground/index.ts' },
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts' },
    plugins: [declared(), sendBack()],
  },
];

const all = [
  {
    ...onEngine,
    input: { index },
    plugins: [
      fresh(),
      members(index, namespaces),
      inlined('base'),
      typescript({ tsconfig: 'tsconfig.src.json', module: 'nodenext', noEmitOnError: true }),
      enumless(),
      engine.below,
      minified(),
      selfTyped(),
      files(...['base', ...Object.keys(builds)].map(kernels)),
      subpaths(Object.keys(namespaces)),
    ],
  },
  {
    ...onEngine,
    input: { external },
    plugins: [separate(kernels('base'), 'src/wasm/baseFile.ts'), transpiled(), enumless(), minified(), selfTyped()],
  },
  {
    // What trainInWorker starts is one file, without imports: bundlers make a script of it that has no other chunks.
    input: { trainingWorker: 'src/workerThread.ts' },
    output: { ...output, sourcemap: false },
    plugins: [inlined('base'), transpiled({ sourceMap: false }), enumless(), minified()],
  },
  {
    // What the threads of a search run.
    input: { sweepThread: 'src/sweepThread.ts' },
    external: [resolve(above.sweep)],
    output: { ...output, sourcemap: false, paths: entries },
    plugins: [transpiled({ sourceMap: false }), minified()],
  },
  { input: { threadWorker: 'src/threadWorker.ts' }, output, plugins: [transpiled(), enumless(), minified()] },
  ...Object.entries(builds).map(([name, file]) => ({
    input: { [name]: file },
    output,
    plugins: [inlined(name), transpiled(), minified()],
  })),
  {
    input: imported,
    external: [index, /^node:/],
    output: { ...output, paths: { [index]: './index.js' } },
    plugins: [transpiled(), engine.above, minified(), selfTyped()],
  },
  {
    // The command uses the other entries as they are: of what it shares with them no chunks are made.
    input: { cli },
    external: [...Object.keys(entries), /^node:/],
    output: { ...output, paths: entries },
    plugins: [transpiled(), engine.above, minified()],
  },
  {
    input: {
      'index.workerd': index,
      ...Object.fromEntries(Object.entries(builds).map(([name, file]) => [`${name}.workerd`, file])),
    },
    external: (id) => /^\.\/.*\.wasm$/.test(id),
    output: { ...output, sourcemap: false, paths: (id) => (id.endsWith('.wasm') ? `./${basename(id)}` : id) },
    plugins: [
      members(index, namespaces),
      asModules(...['base', ...Object.keys(builds)].map(kernels)),
      transpiled({ sourceMap: false }),
      enumless(),
      minified(),
      forWorkerd([...Object.keys(namespaces), ...Object.keys(imported)]),
    ],
  },
  {
    ...onNode,
    input: { index },
    plugins: [inlined('base', ...Object.keys(builds)), readable, forNode(Object.keys(namespaces))],
  },
  { ...onNode, input: imported, external: [index, /^node:/], plugins: [readable, forNode()] },
  {
    input: { index, ...namespaces },
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts', minifyInternalExports: false },
    plugins: [declared(), sendBack()],
  },
  {
    input: { external },
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts' },
    plugins: [declared(), sendBack()],
  },
  {
    input: imported,
    external: [index, /^node:/],
    output: { dir: 'dist', format: 'es', chunkFileNames: 'types/[name].d.ts', paths: { [index]: './index.js' } },
    plugins: [declared(), sendBack(), typesAreTypes(), requiredTypes('external')],
  },
];

/** With --configPlayground, the playground alone, into the dist/ of an earlier build. */
export default ({ configPlayground }) => (configPlayground ? playground : [...all, ...playground]);
