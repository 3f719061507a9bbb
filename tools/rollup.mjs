import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import terser from '@rollup/plugin-terser';
import ts from 'typescript';
import { moduleOf } from './pack.mjs';

/** Removes the files of an earlier build, so that they are not packed with the new ones. */
export const fresh = () => ({
  name: 'fresh',
  generateBundle: ({ dir }) => rm(dir, { recursive: true, force: true }),
});

/** Makes plain objects of enums: minifiers put the numbers in the place of the names, and bundlers drop an object that nobody
 *  uses. Lines stay where they are. */
export const enumless = () => ({
  name: 'enumless',
  transform(code, id) {
    if (!id.endsWith('layout.ts')) return null;
    const plain = code.replaceAll(
      /\bvar (\w+);\s*\(function \(\1\) \{([^}]*)\}\)\(\1 \|\| \(\1 = \{\}\)\);/g,
      (whole, name, body) => {
        const members = [...body.matchAll(/\["(\w+)"\] = (-?\d+)\]/g)].map(([, key, value]) => `${key}: ${value}`);
        return `const ${name} = { ${members.join(', ')} };${'\n'.repeat(whole.split('\n').length - 1)}`;
      },
    );
    if (/\bvar /.test(plain)) this.error('TypeScript writes enums in another way now');
    return { code: plain, map: null };
  },
});

/** Strips types file by file, for bundles whose sources are type-checked elsewhere. */
export const transpiled = (more = {}) => ({
  name: 'transpiled',
  resolveId(source, importer) {
    if (!importer?.endsWith('.ts') || !/^\..*\.js$/.test(source)) return null;
    return this.resolve(source.replace(/js$/, 'ts'), importer, { skipSelf: true });
  },
  transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const compilerOptions = {
      target: 'es2022',
      module: 'esnext',
      verbatimModuleSyntax: true,
      sourceMap: true,
      ...more,
    };
    const { outputText, sourceMapText } = ts.transpileModule(code, { compilerOptions, fileName: id });
    return { code: outputText, map: sourceMapText };
  },
});

/** Minifies JavaScript. Properties and classes keep their names, because messages show them, and annotations of pure
 *  calls are kept. */
export const minified = (more = {}) =>
  terser({
    module: true,
    ecma: 2022,
    keep_classnames: true,
    compress: { passes: 2 },
    // Hosts print the line of an uncaught error, which must not be the whole file.
    format: { max_line_len: 2000, preserve_annotations: true, comments: false },
    ...more,
  });

/** Inlines WASM as text that gzip compresses well, in place of the base64 of the WASM plugin. */
export const packed = () => ({
  name: 'packed',
  transform(code, id) {
    if (!id.endsWith('.wasm')) return null;
    const [, base64] = code.match(/'([\w+/=]{100,})'/) ?? this.error('the WASM plugin inlines in another way now');
    return { code: moduleOf(Buffer.from(base64, 'base64')), map: { mappings: '' } };
  },
});

/** Reads the module from a file where another entry inlines it. */
export const separate = (inlined, loader) => ({
  name: 'separate',
  resolveId: (source, importer) =>
    importer && resolve(importer, '..', source) === resolve(inlined) ? resolve(loader) : null,
});

/** Deno and JSR read declarations where a module itself names them. */
const typesLine = (name) => `/* @ts-self-types="./${name}.d.ts" */\n`;
export const selfTyped = (...untyped) => ({
  name: 'self-typed',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (!chunk.isEntry || untyped.includes(chunk.name)) continue;
      chunk.code = typesLine(chunk.name) + chunk.code;
      // All lines move down by one.
      const map = bundle[`${chunk.fileName}.map`];
      map.source = JSON.stringify({ ...JSON.parse(map.source), mappings: `;${chunk.map.mappings}` });
    }
  },
});

/** Copies files unchanged next to the bundles. */
export const files = (...paths) => ({
  name: 'files',
  async generateBundle() {
    for (const path of paths) this.emitFile({ type: 'asset', fileName: basename(path), source: await readFile(path) });
  },
});

const modulesOf = (bundle) =>
  Object.values(bundle).flatMap(({ fileName, modules = {} }) => Object.keys(modules).map((id) => ({ fileName, id })));

/** Checks that no entry contains a module of the main file: two copies would be two engines, each with its own
 *  memory. */
export function oneEngine() {
  const held = new Set();
  return {
    below: {
      name: 'one-engine-below',
      generateBundle(_, bundle) {
        for (const { id } of modulesOf(bundle)) held.add(id);
      },
    },
    above: {
      name: 'one-engine-above',
      generateBundle(_, bundle) {
        for (const { fileName, id } of modulesOf(bundle))
          if (held.has(id)) this.error(`${fileName} would hold a second copy of ${id}: import it from src/index.ts`);
      },
    },
  };
}

/** What an entry calls the member of a namespace, beside the namespace itself. */
const memberOf = (name, member) => `${name}$${member}`;

/** Exports the members of namespaces one by one, too. Of an object bundlers keep every member, of a module those that a program names. */
export const members = (index, namespaces) => ({
  name: 'members',
  async transform(code, id) {
    if (id !== index) return null;
    const lines = Object.values(namespaces).map(async (file, i) => {
      const name = Object.keys(namespaces)[i];
      const { exports } = await this.load({ id: resolve(file) });
      const list = exports.map((member) => `${member} as ${memberOf(name, member)}`);
      return `export { ${list.join(', ')} } from './${relative(dirname(index), file).replace(/ts$/, 'js')}';\n`;
    });
    return { code: `${code}\n${(await Promise.all(lines)).join('')}`, map: null };
  },
});

/** Writes <name>.js for each namespace that index.js exports, and index.module.js for bundlers: index.js with these modules as its
 *  namespaces. */
export const subpaths = (names) => ({
  name: 'subpaths',
  async writeBundle({ dir }) {
    const main = await import(pathToFileURL(join(dir, 'index.js')));
    for (const name of names) {
      const list = Object.keys(main[name]).map((member) => `  ${memberOf(name, member)} as ${member},\n`);
      await writeFile(join(dir, `${name}.js`), `${typesLine(name)}export {\n${list.join('')}} from './index.js';\n`);
    }
    const plain = Object.keys(main).filter((key) => !names.includes(key) && !key.includes('$'));
    const spaces = names.map((name) => `export * as ${name} from './${name}.js';\n`);
    await writeFile(
      join(dir, 'index.module.js'),
      `${typesLine('index')}${spaces.join('')}export {\n${plain.map((key) => `  ${key},\n`).join('')}} from './index.js';\n`,
    );
  },
});

/** Writes JavaScript files for chunks that contain only declarations. Deno loads them by the name that other
 *  declarations use, and is referred back to the declarations. */
export const sendBack = () => ({
  name: 'send-back',
  generateBundle(_, bundle) {
    for (const { fileName, isEntry } of Object.values(bundle))
      if (!isEntry)
        this.emitFile({
          type: 'asset',
          fileName: fileName.replace(/\.d\.ts$/, '.js'),
          source: `${typesLine(basename(fileName, '.d.ts'))}export {};\n`,
        });
  },
});

/** Declarations lose the information that a class is exported as a type only. Names that the module does not export at
 *  run time are declared as types, so that importing them as values is a type error. Members that a file adds to its
 *  own class are declared in one more declaration of the same name, because an augmentation would export the class. */
export const typesAreTypes = () => ({
  name: 'types-are-types',
  async writeBundle({ dir }) {
    const entries = (await readdir(dir)).filter((file) => file.endsWith('.d.ts'));
    for (const file of entries) {
      const module = this.parse(await readFile(join(dir, file.replace(/\.d\.ts$/, '.js')), 'utf8'));
      const values = module.body
        .filter(({ type }) => type === 'ExportNamedDeclaration')
        .flatMap(({ specifiers, declaration }) => [
          ...specifiers.map(({ exported }) => exported.name),
          ...(declaration?.declarations ?? []).map(({ id }) => id.name),
        ]);
      const code = await readFile(join(dir, file), 'utf8');
      const own = new RegExp(`^declare module "\\./${basename(file, '.d.ts')}\\.js" \\{\\n([\\s\\S]*?)\\n\\}$`, 'gm');
      const marked = code.replaceAll(own, '$1').replaceAll(/^export \{([^}]*)\}/gm, (_, list) => {
        const names = list.split(',').map((name) => name.trim());
        const typed = names.map((name) =>
          !name || values.includes(name.split(' as ').at(-1)) ? name : `type ${name}`,
        );
        return `export { ${typed.join(', ')} }`;
      });
      await writeFile(join(dir, file), marked);
    }
  },
});

/** Node gets CommonJS that is not minified, whether a program imports or requires it, so that there is one engine in
 *  either order, and the source line of an error is readable. Next to <name>.cjs there is <name>.mjs, which provides
 *  the names for `import`. */
export const forNode = (namespaces = []) => ({
  name: 'for-node',
  resolveImportMeta: () => "require('node:url').pathToFileURL(__filename).href",
  async writeBundle({ dir }, bundle) {
    const require = createRequire(import.meta.url);
    const main = require(resolve(dir, 'index.cjs'));
    for (const name of namespaces) {
      // One by one, because hosts search the text for the names.
      const members = Object.keys(main[name]).map((member) => `exports.${member} = ${name}.${member};\n`);
      await writeFile(
        join(dir, `${name}.cjs`),
        `'use strict';\nconst { ${name} } = require('./index.cjs');\n${members.join('')}`,
      );
    }
    const entries = Object.values(bundle).filter(({ isEntry }) => isEntry);
    for (const name of [...entries.map((entry) => entry.name), ...namespaces]) {
      const names = Object.keys(require(resolve(dir, `${name}.cjs`)));
      const text = names.length
        ? `import all from './${name}.cjs';\nexport const { ${names.join(', ')} } = all;\n`
        : `import './${name}.cjs';\n`;
      await writeFile(join(dir, `${name}.mjs`), text);
    }
  },
});

/** For `require`, TypeScript reads separate files of declarations: the same texts, which refer to one another. */
export const requiredTypes = (...except) => ({
  name: 'required-types',
  async writeBundle({ dir }) {
    const files = (await readdir(dir, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
    for (const file of files.filter((name) => !except.includes(basename(name, '.d.ts')))) {
      const text = await readFile(join(dir, file), 'utf8');
      await writeFile(
        join(dir, file.replace(/ts$/, 'cts')),
        text.replaceAll(/(['"]\.[^'"\n]*)\.js(['"])/g, '$1.cjs$2'),
      );
    }
  },
});

/** Cloudflare's workerd compiles no text when its date is earlier than 2025-06-01: it gets its kernels from files, which it compiles itself. */
export const asModules = (...paths) => ({
  name: 'as-modules',
  resolveId: (source, importer) =>
    importer && paths.some((path) => resolve(importer, '..', source) === resolve(path))
      ? `file:${basename(source)}`
      : null,
  load: (id) =>
    id.startsWith('file:') ? `import module from './${id.slice(5)}';\nexport default () => module;` : null,
});

/** Beside <name>.js stands <name>.workerd.js, which imports that form of the engine. */
export const forWorkerd = (names) => ({
  name: 'for-workerd',
  async writeBundle({ dir }) {
    for (const name of names) {
      const text = await readFile(join(dir, `${name}.js`), 'utf8');
      const own = text
        .replaceAll(/(['"])\.\/(index|generalization)\.js\1/g, "'./$2.workerd.js'")
        .replace(/^\/\/# sourceMappingURL.*\n/m, '');
      await writeFile(join(dir, `${name}.workerd.js`), own);
    }
  },
});

/** Code of the playground that also loads in hosts without pages, where the names of the page are missing. */
export const WITHOUT_PAGE =
  'const HTMLElement = globalThis.HTMLElement ?? class {}, document = globalThis.document ?? { createTreeWalker() {} };';

/** Takes the indentation out of sources whose templates are HTML and style sheets, where it means nothing. Lines stay where they are. */
export const outdented = () => ({
  name: 'outdented',
  transform: (code, id) => (id.endsWith('.ts') ? { code: code.replaceAll(/\n +/g, '\n'), map: null } : null),
});

/** The element with the digits inside it, which it imports otherwise. */
async function withDigits(element, dir) {
  const { pixels, labels } = await import(pathToFileURL(resolve(dir, 'playgroundDigits.js')).href);
  const whole = element.replace(
    /import\((["'`])\.\/playgroundDigits\.js\1\)/,
    `Promise.resolve(${JSON.stringify({ pixels, labels })})`,
  );
  if (whole === element) throw new Error('the element loads its digits in another way now');
  return whole;
}

/** Writes the playground as one page that needs no other file: the element and its worker, as text inside it. */
export const onePage = (template) => ({
  name: 'one-page',
  generateBundle(_, bundle) {
    // What is all data needs no source map.
    const digits = bundle['playgroundDigits.js'];
    digits.code = digits.code.replace(/^\/\/# sourceMappingURL.*\n/m, '');
    delete bundle['playgroundDigits.js.map'];
  },
  async writeBundle({ dir }) {
    const [page, element, worker] = await Promise.all(
      [template, join(dir, 'playground.js'), join(dir, 'playgroundWorker.js')].map((file) => readFile(file, 'utf8')),
    );
    const text = JSON.stringify(worker).replaceAll('<', '\\u003c');
    // What would end a script within a page, or begin a comment in it, means the same with a backslash.
    const own = (await withDigits(element, dir))
      .replace(/^\/\/# sourceMappingURL.*\n/m, '')
      .replaceAll('</script', '<\\/script')
      .replaceAll('<!--', '<\\!--')
      .replaceAll('<script', '<\\script');
    const all = page
      .replace('/* worker */', () => `globalThis[Symbol.for('regulus.playground.worker')] = ${text};`)
      .replace('/* element */', () => `\n${own}\n`);
    await writeFile(join(dir, 'playground.html'), all);
  },
});
