import { rm, writeFile } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files of an earlier build are not packed with this one's. */
export const fresh = () => ({
  name: 'fresh',
  generateBundle: ({ dir }) => rm(dir, { recursive: true, force: true }),
});

const modulesOf = (bundle) =>
  Object.values(bundle).flatMap(({ fileName, modules = {} }) => Object.keys(modules).map((id) => ({ fileName, id })));

/** Two copies of a module would be two engines, each with its memory: what the main file holds, no entry above it may. */
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

/** Base64 by the host, where it can: the plugin's loop takes longer in a browser than compiling what it decodes. */
export const nativeBase64 = () => ({
  name: 'native-base64',
  transform(code, id) {
    if (!id.includes('wasmHelpers')) return null;
    const loop = 'var raw = globalThis.atob(src)';
    if (!code.includes('if (isNode)') || !code.includes(loop)) this.error('the WASM plugin decodes in another way now');
    return code.replace(
      'if (isNode)',
      'if (Uint8Array.fromBase64) {\nbuf = Uint8Array.fromBase64(src)\n} else if (isNode)',
    );
  },
});

/** Writes <name>.js for each namespace that index.js exports: its members, one by one. */
export const subpaths = (names) => ({
  name: 'subpaths',
  async writeBundle({ dir }) {
    const main = await import(pathToFileURL(join(dir, 'index.js')));
    for (const name of names) {
      const members = Object.keys(main[name]).map((member) => `export const ${member} = ${name}.${member};\n`);
      await writeFile(join(dir, `${name}.js`), `import { ${name} } from './index.js';\n${members.join('')}`);
    }
  },
});

/** Declarations that add to a module's interface name it by its path in src/: here by the path of the chunk that holds it. */
export const augmentations = () => ({
  name: 'augmentations',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle);
    const home = (file) =>
      chunks.find(({ moduleIds }) => moduleIds?.some((id) => id.replace(/(\.d)?\.ts$/, '') === file));
    for (const chunk of chunks)
      chunk.code = chunk.code.replaceAll(/declare module '(\.[^']+)\.js'/g, (_, path) => {
        const name = path.replace(/^(\.\.?\/)+/, '');
        const target = home(resolve('src', name));
        if (!target) this.error(`${chunk.fileName} adds to ${path}, which is in no chunk`);
        const from = posix.relative(posix.dirname(chunk.fileName), target.fileName).replace(/\.d\.ts$/, '.js');
        return `declare module '${from.startsWith('.') ? from : `./${from}`}'`;
      });
  },
});
