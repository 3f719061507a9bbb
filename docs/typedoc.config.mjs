import { existsSync, readFileSync } from 'node:fs';

/** Pages are made for every entry of the package that has a source of its own: a new line in package.json's `exports` is documented.
 *  Namespaces such as regulus/nn are parts of the main entry. */
const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const main = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .flatMap(([path, { default: file }]) => {
    const name = file.replace('./dist/', '../src/').replace(/\.js$/, '');
    const namespace = main.includes(`export * as ${path.slice(2)} `);
    const source = [`${name}.ts`, ...(namespace ? [] : [`${name}/index.ts`])].find((each) =>
      existsSync(new URL(each, import.meta.url)),
    );
    return source && !path.endsWith('-thread') ? [{ path, source }] : [];
  });

export default {
  name: 'Regulus API',
  entryPoints: entries.map(({ source }) => source),
  tsconfig: '../tsconfig.src.json',
  plugin: [
    'typedoc-plugin-markdown',
    'typedoc-plugin-missing-exports',
    'typedoc-vitepress-theme',
    './tools/entries.mjs',
  ],
  placeInternalsInOwningModule: true,
  excludeExternals: true,
  externalPattern: ['**/node_modules/**', '**/build/**'],
  excludePrivate: true,
  disableSources: true,
  readme: 'none',
  out: './api',
  docsRoot: '.',
  hidePageHeader: true,
  indexFormat: 'table',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  // Docstrings name parts of the source that are no part of the public surface.
  validation: { notExported: false },
};
