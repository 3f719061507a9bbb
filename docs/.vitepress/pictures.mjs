import { readFileSync } from 'node:fs';

/** Of a picture's two versions the one for the reader's theme is shown. */
export const THEMES = `.picture img{max-width:100%;height:auto}.dark .picture .light,html:not(.dark) .picture .dark{display:none}`;

const textOf = (svg, name) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(svg)[1];

/** Puts the picture that a block marked `js picture` makes below it. `npm run pictures` wrote it before. */
export function withPictures(md) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, idx, options, env, self) => {
    const code = fence(tokens, idx, options, env, self);
    if (!/^js picture\b/.test(tokens[idx].info)) return code;
    const before = tokens.slice(0, idx).filter(({ type, info }) => type === 'fence' && /^js picture\b/.test(info));
    const name = `${env.relativePath.replace(/^.*\/|\.md$/g, '')}-${before.length}`;
    const images = ['light', 'dark'].map((theme) => {
      const file = `../pictures/${name}-${theme}.svg`;
      const svg = readFileSync(new URL(file, import.meta.url), 'utf8');
      const alt = `${textOf(svg, 'title')}. ${textOf(svg, 'desc')}`;
      return `<img class="${theme}" src="${file}" alt="${alt}" loading="lazy">`;
    });
    return `${code}<figure class="picture">${images.join('')}</figure>`;
  };
}
