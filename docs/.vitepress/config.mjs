import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { THEMES, withPictures } from './pictures.mjs';

/** The guides in the order of reading; each file's title is its first heading. */
const guides = (...names) =>
  names.map((name) => ({
    text: /^# (.+)$/m.exec(readFileSync(new URL(`../guide/${name}.md`, import.meta.url), 'utf8'))[1],
    link: `/guide/${name}`,
  }));

/** The entries of the package and the namespaces of the main one. Their members stand on their pages, and in the search: in a sidebar on
 *  every page they would be most of the site. */
const folders = (path) => {
  const url = new URL(`../api/${path}`, import.meta.url);
  return existsSync(url) ? readdirSync(url).filter((name) => existsSync(new URL(`${name}/index.md`, url))) : [];
};
const entries = folders('regulus/').map((name) => ({ text: `regulus/${name}`, link: `/api/regulus/${name}/` }));
const namespaces = folders('regulus/namespaces/').map((name) => ({
  text: name,
  link: `/api/regulus/namespaces/${name}/`,
}));

export default defineConfig({
  title: 'Regulus',
  description: 'Trains neural networks that generalize, anywhere JavaScript runs',
  lang: 'en',
  cleanUrls: false,
  lastUpdated: false,
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'regulus-playground' } } },
  // The search index of the API is large, and is loaded only by those who search.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  head: [['style', {}, THEMES]],
  markdown: { config: withPictures, languageAlias: { mjs: 'js' } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/first-model', activeMatch: '/guide/' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
    ],
    outline: [2, 3],
    sidebar: {
      '/guide/': [
        {
          text: 'Begin',
          items: guides(
            'first-model',
            'tabular',
            'images',
            'sequences',
            'graphs',
            'transfer',
            'large',
            'saving',
            'long-trainings',
            'command-line',
          ),
        },
        {
          text: 'Where it runs',
          items: guides(
            'web-page',
            'worker',
            'threads',
            'beyond-one-machine',
            'deno-bun',
            'onnx-in',
            'keras',
            'keras-files',
            'onnx-out',
            'formats',
          ),
        },
        {
          text: 'The lecture',
          items: guides(
            'lecture',
            'regularization',
            'optimization',
            'diagnosing',
            'generalization',
            'pictures',
            'playground',
          ),
        },
        {
          text: 'Further',
          items: guides(
            'attention',
            'objectives',
            'your-own',
            'reproducibility',
            'reliability',
            'from-tfjs',
            'tfjs-examples',
            'examples',
          ),
        },
      ],
      '/api/': [
        { text: 'Entries', items: [{ text: 'regulus', link: '/api/regulus/' }, ...entries] },
        { text: 'Namespaces', items: namespaces },
      ],
    },
  },
});
