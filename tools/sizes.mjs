// Says what a program of four kinds would download of the package, and what each module is of it: the gzipped program without the
// module is so much smaller. `node tools/sizes.mjs` after a build; `node tools/sizes.mjs loads` lists the modules of one program.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';
import { minify } from 'terser';
import { build } from 'vite';
import { enumless, minified, transpiled } from './rollup.mjs';

const [, first] = readFileSync('README.md', 'utf8').match(/```js\n([^`]*from 'regulus\/digits'[^`]*)```/);
const PROGRAMS = {
  first,
  firstWithoutDigits: first.replace(/import .*'regulus\/digits'.*\n/, 'const digits = () => globalThis.data;\n'),
  step: `import { nn, trainStep, mse, sgd } from 'regulus';
const model = nn.sequential([nn.dense(16, { activation: 'relu' }), nn.dense(1)], { inputs: 2 });
const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) });
console.log(step([[0, 1]], [[1]]));`,
  loads: `import { loadSafetensors } from 'regulus';
const model = loadSafetensors(new Uint8Array(await (await fetch('model.safetensors')).arrayBuffer()));
console.log(model.predict([[0, 1]]).toArray());`,
  tensors: `import { tensor, matmul, relu } from 'regulus';
console.log(relu(matmul(tensor([[1]]), tensor([[2]]))).toArray());`,
};
/** The program with paths in the place of the package's names. */
const withPaths = (program, regulus, digits) =>
  program.replace("'regulus'", `'${resolve(regulus)}'`).replace("'regulus/digits'", `'${resolve(digits)}'`);
const virtual = (program) => ({
  name: 'program',
  resolveId: (id) => (id === 'program' ? id : null),
  load: (id) => (id === 'program' ? program : null),
});
const external = [/relaxed|threads/];
const gzipped = (text) => gzipSync(text).length;
const KERNELS = /(["'`])[^"'`\s\\]{80000,}\1/g;
const kilobytes = (bytes) => (bytes / 1024).toFixed(1).padStart(7);

const bundlers = {
  rollup: async (program) => {
    const built = await rollup({ input: 'program', plugins: [virtual(program), minified()], external });
    return (await built.generate({})).output[0].code;
  },
  vite: async (program) => {
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [virtual(program)],
      build: { write: false, minify: true, rollupOptions: { input: 'program', external } },
    });
    return built.output[0].code;
  },
};

/** The modules of a program, built from the sources without the kernels, with the bytes that each adds to it. */
async function modulesOf(program) {
  const kernels = {
    name: 'kernels',
    resolveId: (id) => (id.endsWith('.wasm') || (id.endsWith('.ts') && id.startsWith('/')) ? id : null),
    load: (id) => (id.endsWith('.wasm') ? 'export default () => undefined' : null),
  };
  const plugins = [virtual(program), kernels, transpiled({ sourceMap: false }), enumless()];
  const built = await rollup({ input: 'program', plugins, external, onwarn() {} });
  const [{ modules }] = (await built.generate({})).output;
  const small = [];
  for (const [id, { code }] of Object.entries(modules)) {
    // Names stay: a module alone does not know which of its own others use.
    const options = {
      module: true,
      ecma: 2022,
      compress: { unused: false, toplevel: false },
      mangle: { toplevel: false },
    };
    if (code) small.push({ id: relative('.', id), code: (await minify(code, options)).code });
  }
  const whole = gzipped(small.map(({ code }) => code).join('\n'));
  const without = (id) =>
    gzipped(
      small
        .filter((other) => other.id !== id)
        .map(({ code }) => code)
        .join('\n'),
    );
  return small.map(({ id, code }) => ({ id, raw: code.length, adds: whole - without(id) }));
}

const [asked] = process.argv.slice(2);
if (asked && !(asked in PROGRAMS))
  throw new Error(`there is no program ${asked}; there are ${Object.keys(PROGRAMS).join(', ')}`);
console.log('KB, gzipped            whole  without the kernels');
for (const [name, program] of Object.entries(PROGRAMS).filter(([key]) => !asked || key === asked)) {
  for (const [bundler, made] of Object.entries(bundlers)) {
    const code = await made(withPaths(program, 'dist/index.module.js', 'dist/digits.js'));
    const own = gzipped(code.replace(KERNELS, '""'));
    console.log(`${name.padEnd(20)}${kilobytes(gzipped(code))}  ${kilobytes(own)}  ${bundler}`);
  }
  if (!asked) continue;
  console.log('\nadds bytes  minified  module');
  for (const { id, raw, adds } of (await modulesOf(withPaths(program, 'src/index.ts', 'src/digits.ts'))).sort(
    (a, b) => b.adds - a.adds,
  ))
    console.log(`${String(adds).padStart(10)}${String(raw).padStart(10)}  ${id}`);
}
