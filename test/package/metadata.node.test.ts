import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { environment, hasRuntime, RUNTIMES } from '../../tools/hosts.mjs';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const { name, version, license, exports, ...rest } = json('package.json');
/** Entries of code, with their declarations: neither files of kernels nor package.json. */
type Conditions = { readonly [condition: string]: string | Conditions };
const entries = Object.entries<Conditions & { default: string }>(exports).filter(
  ([, target]) => typeof target === 'object',
);
const filesOf = (target: string | Conditions): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);

test('deno.json says what package.json says', () => {
  expect(json('deno.json')).toEqual({
    name,
    version,
    license,
    exports: Object.fromEntries(entries.map(([key, target]) => [key, target.default])),
  });
});

test('jsr.json says the same, under a name with a scope, and publishes what the package has', () => {
  const { publish, ...same } = json('jsr.json');
  expect(same).toEqual({ ...json('deno.json'), name: `@${name}/${name}` });
  expect(publish.include).toEqual(expect.arrayContaining([...rest.files, 'README.md', 'LICENSE', 'jsr.json']));
});

test.each(entries)('%s has code and declarations, which it names itself', (_, target) => {
  expect(filesOf(target).filter((file) => !existsSync(file))).toEqual([]);
  const [line] = readFileSync(target.default, 'utf8').split('\n', 1);
  expect(line).toBe(`/* @ts-self-types="./${basename(target.default, '.js')}.d.ts" */`);
});

const { program } = RUNTIMES.Deno;
test.skipIf(!hasRuntime('Deno'))('Deno finds the types of a module by its path', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'deno-'));
  try {
    const checked = (annotation: string): string => {
      const file = join(folder, 'program.ts');
      const code = `import { tensor } from '${resolve('dist/index.js')}';\nexport const n: ${annotation} = tensor([1]).size;\n`;
      writeFileSync(file, code);
      const { status, stderr } = spawnSync(program, ['check', '--no-remote', file], {
        encoding: 'utf8',
        env: { ...environment, NO_COLOR: '1' },
      });
      return status === 0 ? 'fine' : stderr;
    };
    expect(checked('number')).toBe('fine');
    expect(checked('string')).toContain("Type 'number' is not assignable to type 'string'");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(entries)('%s is found by TypeScript that does not read `exports`', (key, target) => {
  const found = key === '.' ? rest.types : rest.typesVersions['*'][key.slice(2)]?.[0];
  expect(found).toBe(target.default.replace(/js$/, 'd.ts'));
});

test.each(entries.filter(([key]) => !['./external', './playground'].includes(key)))(
  '%s has a form for workerd, one for bundlers, one for Node, one for require',
  (key, target) => {
    const stem = target.default.replace(/js$/, '');
    expect(target).toEqual({
      types: { require: `${stem}d.cts`, default: `${stem}d.ts` },
      // Before all others that its bundlers know.
      workerd: `${stem}workerd.js`,
      // Bundlers take one form for both, so that no program holds two engines.
      module: key === '.' ? './dist/index.module.js' : `${stem}js`,
      node: { require: `${stem}cjs`, default: `${stem}mjs` },
      require: `${stem}cjs`,
      default: `${stem}js`,
    });
  },
);

test('Parcel, which does not read `exports` unless it is told to, finds every entry', () => {
  const found = Object.entries<string>(rest.alias);
  expect(found).toEqual(entries.filter(([key]) => key !== '.').map(([key, target]) => [key, target.default]));
});

test('every build of the kernels is a file that can be asked for', () => {
  expect(exports['./*.wasm']).toBe('./dist/*.wasm');
  const built = readdirSync('dist').filter((file) => file.endsWith('.wasm'));
  expect(built).toEqual(expect.arrayContaining(['base.wasm', 'relaxed.wasm']));
});

test('nothing is installed with the package, and nothing runs when it is', () => {
  const lists = Object.keys(rest).filter((key) => /dependencies/i.test(key));
  expect(lists.sort()).toEqual(['devDependencies', 'peerDependencies', 'peerDependenciesMeta']);
  // npm installs peers unless they are optional.
  for (const peer of Object.keys(rest.peerDependencies)) expect(rest.peerDependenciesMeta[peer].optional).toBe(true);
  expect(Object.keys(rest.scripts).filter((key) => /^(pre|post)?install$|^prepare$/.test(key))).toEqual([]);
  expect(rest.engines).toEqual({ node: '>=20.19' });
});
