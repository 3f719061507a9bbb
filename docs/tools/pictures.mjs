/** Makes the pictures of the guides: runs the code of each page, and writes what every block marked `js picture` ends with to
 *  docs/pictures, in a light and a dark version, since readers of the site choose their theme there. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const BLOCK = /^```js( picture)?\n([\s\S]*?)^```$/gm;

/** The code of a page as one module, which shows its pictures. A block's picture is its last call of `draw` or `pictures` that begins a
 *  line, up to the end of the block. */
function moduleOf(markdown) {
  let count = 0;
  const parts = [...markdown.matchAll(BLOCK)].map(([, picture, code]) => {
    if (!picture) return code;
    const at = Math.max(...['\ndraw(', '\npictures.'].map((call) => `\n${code}`.lastIndexOf(call)));
    if (at < 0) throw new Error(`no picture at the end of this block:\n${code}`);
    return `${code.slice(0, at)}\nshowPicture(${count++}, ${code.slice(at).trim()});\n`;
  });
  return { count, code: parts.join('\n') };
}

const DARK = /@media \(prefers-color-scheme:dark\)\{(.*)\}(?=<\/style>)/;
/** A picture that follows the system's theme, with the light or the dark theme only. */
const themed = (svg, name) =>
  name === 'light' ? svg.replace(DARK, '') : svg.replace(/(?<=<style>).*?(?=<\/style>)/, DARK.exec(svg)[1]);

/** Writes the pictures of a page as `<page>-<number>-<theme>.svg` to a folder, and returns how many there are. */
export async function picturesOf(page, folder) {
  const name = page.replace(/^.*[\\/]|\.md$/g, '');
  const { count, code } = moduleOf(readFileSync(page, 'utf8'));
  if (!count) return 0;
  mkdirSync(folder, { recursive: true });
  globalThis.showPicture = (n, picture) => {
    for (const theme of ['light', 'dark'])
      writeFileSync(join(folder, `${name}-${n}-${theme}.svg`), themed(picture.svg(), theme));
  };
  // Within the package, which code there may import by its name.
  const program = join(root, 'build', `${name}-${process.pid}.mjs`);
  writeFileSync(program, code);
  const home = process.cwd();
  process.chdir(folder);
  try {
    await import(pathToFileURL(program).href);
  } finally {
    process.chdir(home);
    rmSync(program, { force: true });
  }
  return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const guides = join(root, 'docs/guide');
  const folder = process.argv[2] ?? join(root, 'docs/pictures');
  rmSync(folder, { recursive: true, force: true });
  for (const file of readdirSync(guides).filter((each) => each.endsWith('.md'))) {
    const count = await picturesOf(join(guides, file), folder);
    if (count) console.log(`${file}: ${count} pictures`);
  }
}
