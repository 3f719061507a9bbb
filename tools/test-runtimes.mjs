// The suite of Node's in every other runtime that is installed: node tools/test-runtimes.mjs [names]
import { spawnSync } from 'node:child_process';
import { environment, hasRuntime, RUNTIMES } from './hosts.mjs';

const wanted = process.argv.slice(2);
let failed = false;
for (const [name, { program, vitest = [] }] of Object.entries(RUNTIMES)) {
  if (wanted.length && !wanted.includes(name)) continue;
  if (!hasRuntime(name)) {
    console.log(`${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`);
    failed ||= process.env.ALL_HOSTS !== undefined;
    continue;
  }
  console.log(`\n${name}`);
  const args = [...vitest, 'node_modules/vitest/vitest.mjs', 'run', '--project=node', '--reporter=dot'];
  const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...environment, OTHER_RUNTIME: name } });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
