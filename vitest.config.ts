import { wasm } from '@rollup/plugin-wasm';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BROWSERS, hasBrowser, missing } from './tools/hosts.mjs';
import { webkit } from './tools/webkit.mjs';

/** Modules of the kernels, compiled where they are imported. */
const kernels = () => {
  const sync = ['base', 'relaxed', 'threads'].map((build) => `build/${build}.wasm`);
  // Before Vite's own plugins, one of which claims .wasm files too.
  return { ...wasm({ targetEnv: 'auto-inline', sync }), enforce: 'pre' as const };
};

/** Tests of files and processes, of the sources and of the package. */
const ofNode = 'test/**/*.node.test.ts';
/** What tests compare with, which has tests of its own. */
const INSTALLED = 'test/**/node_modules/**';
const setupFiles = ['test/support/equality.ts'];
/** In another runtime than the one that installed it, the project itself is not tested once more. */
const elsewhere = process.env.OTHER_RUNTIME !== undefined;
const node: TestProjectConfiguration = {
  plugins: [kernels()],
  test: {
    name: 'node',
    include: ['test/**/*.test.ts'],
    exclude: elsewhere ? [INSTALLED, ofNode] : [INSTALLED],
    setupFiles,
    pool: 'forks',
    testTimeout: 30_000,
  },
};

/** In other runtimes, one load of the modules for all files: to load them anew for each takes most of the time. What changes the engine itself is
 *  tested alone. */
const ENGINE = 'test/wasm/**/*.test.ts';
const inOthers: TestProjectConfiguration[] = [
  { ...node, test: { ...node.test, exclude: [INSTALLED, ofNode, ENGINE], isolate: false } },
  { ...node, test: { ...node.test, name: 'node, alone', include: [ENGINE] } },
];

type Browser = keyof typeof BROWSERS;
const [chromiumPath] = BROWSERS.chromium;
const [firefoxPath] = BROWSERS.firefox;
const PROVIDERS = {
  chromium: () => playwright({ launchOptions: { executablePath: chromiumPath, args: ['--no-sandbox'] } }),
  firefox: () => playwright({ launchOptions: { executablePath: firefoxPath, channel: 'moz-firefox' } }),
  webkit,
};
const inBrowser = (browser: Browser): TestProjectConfiguration => ({
  plugins: [kernels()],
  // Pages share memory between threads only where they are isolated.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  },
  // WebKitGTK does not know `using` yet.
  oxc: { target: 'es2022' },
  test: {
    name: browser,
    include: ['test/**/*.test.ts'],
    exclude: [INSTALLED, ofNode],
    setupFiles,
    testTimeout: 60_000,
    // One page for all files: to load the modules anew for each takes most of the time.
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      provider: PROVIDERS[browser](),
      instances: [{ browser }],
    },
  },
});

const browsers = (Object.keys(BROWSERS) as Browser[]).filter(hasBrowser);
// Vitest reads this file in its workers too: only its own process speaks.
if (!process.env.VITEST && !elsewhere)
  for (const what of missing()) console.log(`not tested here, for it is not installed: ${what}`);
if (process.env.ALL_HOSTS !== undefined && missing().length) throw new Error('ALL_HOSTS is set, and hosts are missing');

export default defineConfig({ test: { projects: elsewhere ? inOthers : [node, ...browsers.map(inBrowser)] } });
