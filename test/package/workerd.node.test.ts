import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const miniflare = 'tools/consumers/node_modules/miniflare/dist/src/index.js';
interface Host {
  dispatchFetch(url: string): Promise<{ text(): Promise<string> }>;
  dispose(): Promise<void>;
}

test.skipIf(!existsSync(miniflare))('the package trains in Cloudflare’s workerd', { timeout: 60_000 }, async () => {
  const { Miniflare } = (await import(pathToFileURL(miniflare).href)) as { Miniflare: new (options: object) => Host };
  const modules = {
    'main.js': `import { xor } from './xor.js';
export default { fetch: async () => new Response(await xor({ chunks: false })) };`,
    'xor.js': readFileSync('test/package/programs/xor.js', 'utf8').replace("'ENTRY'", "'./index.js'"),
    ...Object.fromEntries(['index.js', 'relaxed.js', 'threads.js'].map((n) => [n, readFileSync(`dist/${n}`, 'utf8')])),
  };
  const host = new Miniflare({
    // Hosts of earlier dates, such as 2024-01-01, compile no code while a worker starts.
    compatibilityDate: '2025-06-01',
    modules: Object.entries(modules).map(([path, contents]) => ({ type: 'ESModule', path, contents })),
  });
  try {
    expect(await (await host.dispatchFetch('http://worker/')).text()).toBe('learned');
  } finally {
    await host.dispose();
  }
});
