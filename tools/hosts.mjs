// Where the tests run: the browsers, servers and runtimes that this machine may have, each with the place where it is found.
import { existsSync } from 'node:fs';

const runtimes = new URL('./runtimes/node_modules/', import.meta.url);
const runtime = (path) => new URL(path, runtimes).pathname;

export const BROWSERS = {
  chromium: ['/usr/bin/chromium'],
  firefox: ['/usr/bin/firefox-esr'],
  // The driver, the browser that it drives, and a screen.
  webkit: ['/usr/bin/WebKitWebDriver', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', '/usr/bin/Xvfb'],
};
/** Programs that tests start and speak to. */
export const SERVERS = { redis: '/usr/bin/redis-server' };
/** Debian's packages of the browsers and servers. */
export const PACKAGES = {
  chromium: ['chromium'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb'],
  redis: ['redis-server'],
};

/** The command that runs a program in each runtime; vitest needs additional flags. */
export const RUNTIMES = {
  'Node 22': { program: runtime('node22/bin/node'), flags: ['--no-warnings'] },
  'Node 24': { program: runtime('node24/bin/node'), flags: [] },
  'Node 26': { program: runtime('node26/bin/node'), flags: [] },
  Bun: { program: runtime('@oven/bun-linux-x64-baseline/bin/bun'), flags: [], vitest: ['--bun'] },
  // Deno needs no permission at all to train: the module is inlined.
  Deno: {
    program: runtime('@deno/linux-x64-glibc/deno'),
    flags: ['run', '--cached-only', '--no-prompt'],
    vitest: ['run', '-A', '--node-modules-dir=manual', '--cached-only'],
  },
};

export const hasBrowser = (name) => BROWSERS[name].every((path) => existsSync(path));
export const hasServer = (name) => existsSync(SERVERS[name]);
export const hasRuntime = (name) => existsSync(RUNTIMES[name].program);
/** Keeps Deno from checking for a newer version. */
export const environment = { ...process.env, DENO_NO_UPDATE_CHECK: '1' };

/** The browsers and servers that this machine lacks. */
export const missingPrograms = () => [
  ...Object.keys(BROWSERS).filter((name) => !hasBrowser(name)),
  ...Object.keys(SERVERS).filter((name) => !hasServer(name)),
];

/** The browsers, servers and runtimes that this machine lacks, with the way to install them. */
export function missing() {
  const others = Object.keys(RUNTIMES).filter((name) => !hasRuntime(name));
  return [
    ...missingPrograms().map((name) => `${name}: apt-get install ${PACKAGES[name].join(' ')}`),
    ...others.map((name) => `${name}: npm ci --prefix tools/runtimes --ignore-scripts`),
  ];
}
