import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const { name, version, license, exports, ...rest } = json('package.json');
/** Entries of code, with their declarations: neither files of kernels nor package.json. */
const entries = Object.entries<{ types: string; default: string }>(exports).filter(
  ([, target]) => typeof target === 'object',
);

test('deno.json says what package.json says', () => {
  expect(json('deno.json')).toEqual({
    name,
    version,
    license,
    exports: Object.fromEntries(entries.map(([key, target]) => [key, target.default])),
  });
});

test.each(entries)('%s has code and declarations', (_, target) => {
  expect([target.default, target.types].every((file) => existsSync(file))).toBe(true);
});

test('every build of the kernels is a file that can be asked for', () => {
  expect(exports['./*.wasm']).toBe('./dist/*.wasm');
  const built = readdirSync('dist').filter((file) => file.endsWith('.wasm'));
  expect(built).toEqual(expect.arrayContaining(['base.wasm', 'relaxed.wasm']));
});

test('nothing is installed with the package, and nothing runs when it is', () => {
  expect(Object.keys(rest).filter((key) => /dependencies/i.test(key))).toEqual(['devDependencies']);
  expect(Object.keys(rest.scripts).filter((key) => /^(pre|post)?install$|^prepare$/.test(key))).toEqual([]);
  expect(rest.engines).toEqual({ node: '>=20.19' });
});
