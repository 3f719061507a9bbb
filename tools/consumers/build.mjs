// Builds a program with one of the bundlers: node build.mjs bundler program.js folder. In a process of its own, as its users run it.
import { resolve } from 'node:path';

/** Vite of one version, in a project without configuration. */
const vite = (version) =>
  async function built(program, folder) {
    const { build } = await import(version);
    const rollupOptions = { input: program, output: { entryFileNames: 'main.js' } };
    await build({ root: folder, configFile: false, logLevel: 'warn', build: { outDir: 'out', rollupOptions } });
  };

const BUNDLERS = {
  vite: vite('vite'),
  vite6: vite('vite6'),
  vite7: vite('vite7'),
  async rollup(program, folder) {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const built = await rollup({ input: { main: program }, plugins: [nodeResolve()] });
    await built.write({ dir: `${folder}/out`, format: 'es' });
  },
  async webpack(program, folder) {
    const { default: webpack } = await import('webpack');
    const output = { path: `${folder}/out`, filename: 'main.js', publicPath: 'auto' };
    const stats = await new Promise((done, fail) =>
      webpack({ mode: 'production', context: folder, entry: program, output }, (error, s) =>
        error ? fail(error) : done(s),
      ),
    );
    if (stats.hasErrors()) throw new Error(stats.toString());
  },
  async esbuild(program, folder) {
    const { build } = await import('esbuild');
    const form = { bundle: true, minify: true, splitting: true, format: 'esm' };
    await build({ ...form, entryPoints: { main: program }, outdir: `${folder}/out` });
  },
};

const [bundler, program, folder] = process.argv.slice(2);
await BUNDLERS[bundler](resolve(program), resolve(folder));
