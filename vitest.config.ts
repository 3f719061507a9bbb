import { existsSync } from 'node:fs';
import { wasm } from '@rollup/plugin-wasm';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const node: TestProjectConfiguration = {
  // Before Vite's own plugins, one of which claims .wasm files too.
  plugins: [{ ...wasm({ targetEnv: 'auto-inline', sync: ['build/base.wasm', 'build/relaxed.wasm', 'build/threads.wasm'] }), enforce: 'pre' }],
  test: { name: 'node', include: ['test/**/*.test.ts'], pool: 'forks' },
};

/** The system's browser; where there is none, its project is left out. */
const executablePath = '/usr/bin/chromium';
const chromium: TestProjectConfiguration = {
  test: {
    name: 'chromium',
    include: ['test/universal/universal.test.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      provider: playwright({ launchOptions: { executablePath, args: ['--no-sandbox'] } }),
      instances: [{ browser: 'chromium' }],
    },
  },
};

export default defineConfig({ test: { projects: existsSync(executablePath) ? [node, chromium] : [node] } });
