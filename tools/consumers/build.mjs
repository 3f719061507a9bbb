// Builds a program with one of the bundlers: node build.mjs bundler program.js folder. In a process of its own, as its users run it.
import { execFileSync } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

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
  /** One classic script, which is what it makes where nothing is said. */
  async esbuildScript(program, folder) {
    const { build } = await import('esbuild');
    await build({ bundle: true, logLevel: 'error', entryPoints: { main: program }, outdir: `${folder}/out` });
  },
  /** The worker's file is one entry more: as the guide on workers says it. */
  async esbuildWorker(program, folder) {
    const command = new URL('node_modules/.bin/esbuild', import.meta.url).pathname;
    const worker = '../node_modules/regulus/dist/trainingWorker.js';
    const flags = ['--bundle', '--format=esm', '--entry-names=[name]', '--outdir=out', '--log-level=error'];
    await copyFile(program, `${folder}/main.js`);
    execFileSync(command, ['main.js', worker, ...flags], { cwd: folder, stdio: 'inherit' });
  },
  async rollupWorker(program, folder) {
    await BUNDLERS.rollup(program, folder);
    await copyFile(`${folder}/../node_modules/regulus/dist/trainingWorker.js`, `${folder}/out/trainingWorker.js`);
  },
  async parcel(program, folder) {
    const html = `<!doctype html><meta charset="utf-8"><script type="module" src="${basename(program)}"></script>`;
    await writeFile(`${folder}/index.html`, html);
    const command = new URL('node_modules/parcel/lib/bin.js', import.meta.url).pathname;
    const args = [
      'build',
      'index.html',
      '--dist-dir',
      'out',
      '--no-cache',
      '--cache-dir',
      'cache',
      '--log-level',
      'error',
    ];
    execFileSync(process.execPath, [command, ...args], { cwd: folder, stdio: 'inherit' });
  },
};

const [bundler, program, folder] = process.argv.slice(2);
await BUNDLERS[bundler](resolve(program), resolve(folder));
