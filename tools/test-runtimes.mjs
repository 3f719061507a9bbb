// The suite of Node's in every other runtime that is installed, as many at a time as there are cores: node tools/test-runtimes.mjs [names]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { environment, hasRuntime, RUNTIMES } from './hosts.mjs';

/** Runs the suite and prints it as a whole, once it is over; gives whether it passed. */
async function passes(name, { program, vitest = [] }) {
  const args = [...vitest, 'node_modules/vitest/vitest.mjs', 'run', '--project=node*', '--reporter=dot'];
  const suite = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, OTHER_RUNTIME: name },
  });
  const printed = [];
  for (const stream of [suite.stdout, suite.stderr]) stream.on('data', (piece) => printed.push(piece));
  const [status] = await once(suite, 'close');
  console.log(`\n${name}`);
  process.stdout.write(Buffer.concat(printed));
  return status === 0;
}

const wanted = process.argv.slice(2);
const chosen = Object.entries(RUNTIMES).filter(([name]) => !wanted.length || wanted.includes(name));
const lacking = chosen.filter(([name]) => !hasRuntime(name));
for (const [name] of lacking) console.log(`${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`);
let failed = lacking.length > 0 && process.env.ALL_HOSTS !== undefined;

const waiting = chosen.filter(([name]) => hasRuntime(name));
const worker = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) failed = !(await passes(...next)) || failed;
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.exitCode = failed ? 1 : 0;
