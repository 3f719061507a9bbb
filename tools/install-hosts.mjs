// Installs what tests run in and this machine lacks: browsers and servers by apt-get, as root of a Debian, and runtimes by npm.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hasRuntime, missingPrograms, PACKAGES, RUNTIMES } from './hosts.mjs';

const run = (command, args) =>
  execFileSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

const packages = missingPrograms().flatMap((name) => PACKAGES[name]);
if (packages.length && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
  run('apt-get', ['update']);
  // Another apt-get may hold the lock.
  run('apt-get', ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600', ...packages]);
} else if (packages.length) console.log(`install these to test everywhere: ${packages.join(' ')}`);
if (!Object.keys(RUNTIMES).every(hasRuntime)) run('npm', ['ci', '--prefix', 'tools/runtimes', '--ignore-scripts']);
// Bundlers that build small programs of the package.
if (!existsSync('tools/consumers/node_modules')) run('npm', ['ci', '--prefix', 'tools/consumers', '--ignore-scripts']);
// Other libraries and models of theirs, with which the formats are compared.
if (!existsSync('test/formats/node_modules')) run('npm', ['ci', '--prefix', 'test/formats', '--ignore-scripts']);
// A server like S3.
if (!existsSync('test/sweep/s3/node_modules')) run('npm', ['ci', '--prefix', 'test/sweep/s3', '--ignore-scripts']);
