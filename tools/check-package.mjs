// Packs what would be published, checks it by publint and attw, and then uses it as a user would: modules,
// declarations, the README's examples and commands.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { INTERNAL, INTERNAL_OF_ENTRIES } from './internal.mjs';

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const bin = (tool) => resolve('node_modules/.bin', tool);
const stranger = mkdtempSync(join(tmpdir(), `${name}-`));
/** Runs a program in the folder of the installed package; its output is shown if it fails. */
function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: stranger, encoding: 'utf8' });
  assert.equal(status, 0, `${[basename(program), ...args].join(' ')} failed:\n${stdout}${stderr}`);
}

/** The program of a consumer, which runs in the folder of the installed package. */
async function consume(name, subpaths, builds) {
  const { readFileSync } = await import('node:fs');
  const { createRequire } = await import('node:module');
  const main = await import(name);
  const isNamespace = (value) => Object.isFrozen(value) && Object.getPrototypeOf(value) === null;
  for (const [space, members] of Object.entries(main).filter(([, value]) => isNamespace(value))) {
    const alone = await import(`${name}/${space}`);
    if (Object.keys(members).some((key) => alone[key] !== members[key]))
      throw new Error(`${name}/${space} is another ${space}`);
  }
  for (const subpath of subpaths) await import(name + subpath);
  const require = createRequire(import.meta.url);
  require(name); // no await at top level
  // Not all hosts could compile all builds.
  for (const build of builds)
    if (readFileSync(require.resolve(`${name}/${build}`), 'latin1').slice(0, 4) !== '\0asm')
      throw new Error(`${build} is no WASM`);
}

try {
  const [{ filename, size, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', stranger], { encoding: 'utf8' }),
  );
  const tarball = join(stranger, filename);
  const paths = files.map(({ path }) => path);
  assert.ok(paths.includes('LICENSE') && paths.includes('README.md'), 'LICENSE and README.md are packed');
  assert.ok(paths.includes('docs/guide/first-model.md'), 'the guides are packed');

  const index = readFileSync('dist/index.js', 'utf8');
  assert.doesNotMatch(index, /^(import|export .* from) /m, 'dist/index.js is one file');

  run(bin('publint'), 'run', tarball, '--strict');
  // regulus/external waits for its file at the top level, which `require` does not allow; regulus/playground is for pages.
  run(bin('attw'), tarball, '--exclude-entrypoints', 'external', 'worker-thread', 'playground');

  writeFileSync(join(stranger, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);

  const subpaths = Object.keys(exports)
    .map((key) => key.slice(1))
    .filter((key) => !/\.(json|wasm)$/.test(key));
  // regulus/external is a separate engine, and cannot be combined with other entries.
  const together = subpaths.filter((key) => key !== '/external');
  const builds = paths.filter((path) => path.endsWith('.wasm')).map((path) => basename(path));
  assert.ok(builds.includes('base.wasm'), 'the kernels are packed as files too');
  const given = [name, together, builds].map((value) => JSON.stringify(value));
  writeFileSync(join(stranger, 'consume.mjs'), `await (${consume})(${given.join(', ')});\n`);
  run(process.execPath, '--no-warnings', 'consume.mjs');
  writeFileSync(join(stranger, 'external.mjs'), `await import('${name}/external');\n`);
  run(process.execPath, 'external.mjs');

  // Declarations are complete: strict, nothing skipped, no Node types (but for regulus/node).
  const typed = subpaths.filter((subpath) => subpath !== '/node');
  const parts = typed.map((subpath, i) => `export * as part${i} from '${name}${subpath}';\n`);
  const used = `import { grad, tensor } from '${name}';
export const slope: number = grad((x) => x.square().sum())(tensor([3])).item();
`;
  // Exports for the other entries of the package are not declared. All other declared values exist at run time, and
  // vice versa.
  const values = {};
  for (const subpath of typed) {
    const internal = ['', '/external'].includes(subpath) ? INTERNAL : INTERNAL_OF_ENTRIES;
    const list = `console.log(JSON.stringify(Object.keys(await import('${name}${subpath}'))))`;
    values[subpath] = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', list], { cwd: stranger }),
    ).filter((key) => !internal.includes(key));
  }
  const same = typed.map((subpath, i) => {
    const keys = values[subpath].map((key) => `${JSON.stringify(key)}: true`).join(', ');
    return `import type * as declared${i} from '${name}${subpath}';\nexport const values${i}: Record<keyof typeof declared${i}, true> = { ${keys} };\n`;
  });
  writeFileSync(join(stranger, 'consume.ts'), [...parts, ...same, used].join(''));
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom', 'esnext.disposable'] };
  writeFileSync(
    join(stranger, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, strict: true, noEmit: true, types: [] } }),
  );
  run(bin('tsc'));

  // The code of the README runs unchanged, in its order.
  const rows = Array.from({ length: 90 }, (_, i) => [i % 5, i % 7, i % 2, i % 4, ['a', 'b'][i % 2]].join(','));
  writeFileSync(join(stranger, 'data.csv'), `w,x,y,z,column\n${rows.join('\n')}\n`);
  run(
    join(stranger, 'node_modules/.bin', name),
    'train',
    'data.csv',
    '--target',
    'column',
    '--save',
    'model.safetensors',
  );
  run(join(stranger, 'node_modules/.bin', name), 'lab', 'rateFormula', '--seeds', '1');
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```js\n([\s\S]*?)```/g)];
  assert.ok(blocks.length >= 3, 'the README has examples');
  blocks.forEach(([, code], i) => {
    writeFileSync(join(stranger, `readme-${i}.mjs`), code);
    run(process.execPath, `readme-${i}.mjs`);
  });

  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  console.log(
    `${filename}: ${kilobytes(size)}; index.js ${kilobytes(index.length)}, ${kilobytes(gzipSync(index).length)} gzipped`,
  );
} finally {
  rmSync(stranger, { recursive: true });
}
