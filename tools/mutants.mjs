/** Breaks the code in small ways, one after another, and checks whether the tests notice.
 *
 *      npm run mutants                  all of tools/mutants.list.mjs
 *      npm run mutants -- src/ops       those whose file's path begins so; several may be given
 *      npm run mutants -- --list        only checks that every mutant still fits the code
 *
 *  All this happens in a copy of the tree. Fails where fewer than 95 of 100 are noticed, and where a text to replace is not found exactly once. */
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { equivalent, mutants, patternOf } from './mutants.list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEAST = 0.95;
/** A mutant that takes longer counts as noticed, because it may loop for ever; the list says so. */
const SECONDS = 300;
/** All tests without a mutant, and builds, may take longer. */
const LONGER = 1800;

const given = process.argv.slice(2);
const onlyList = given.includes('--list');
const parts = given.filter((x) => !x.startsWith('--'));
const chosen = mutants.filter(({ file }) => !parts.length || parts.some((part) => file.startsWith(part)));
if (!chosen.length) throw new Error(`no mutant has a file that begins with ${parts.join(' or ')}`);

/** Formatting may change line ends and indentation: any white space matches any other. */
function mutated({ file, from, to }) {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [...text.matchAll(patternOf(from))];
  if (found.length !== 1) throw new Error(`${file}: this text is found ${found.length} times, not once:\n${from}`);
  const [{ index, 0: old }] = found;
  const next = text.slice(0, index) + to + text.slice(index + old.length);
  const { diagnostics } = ts.transpileModule(next, { reportDiagnostics: true, fileName: file });
  // Decorators of functions are AssemblyScript's.
  if (diagnostics.length && !file.startsWith('assembly/'))
    throw new Error(`${file}: the mutant is no program: ${JSON.stringify(diagnostics[0].messageText)}\n${to}`);
  return next;
}

// All mutants are checked before the first test runs.
const misfits = [];
const checked = (mutant) => {
  try {
    for (const test of mutant.tests ?? [])
      if (!existsSync(join(root, 'test', test))) throw new Error(`${mutant.file}: there is no test/${test}`);
    return mutated(mutant);
  } catch (error) {
    misfits.push(error.message);
    return '';
  }
};
for (const { file, from } of equivalent) checked({ file, from, to: from });
const prepared = chosen.map((mutant) => ({ ...mutant, text: checked(mutant) }));
if (misfits.length) throw new Error(`the list does not fit the code:\n\n${misfits.join('\n\n')}`);
if (onlyList) {
  console.log(`${prepared.length} mutants and ${equivalent.length} that are equivalent fit the code`);
  process.exit(0);
}

const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(2));
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
for (const file of String(listed)
  .split('\0')
  .filter((name) => name && existsSync(join(root, name)))) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  copyFileSync(join(root, file), join(copy, file));
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
for (const made of ['build', 'dist']) cpSync(join(root, made), join(copy, made), { recursive: true });

/** Runs a program, and returns its exit code, or 'time' where it had to be killed. */
const run = (args, show = false, seconds = LONGER) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: show ? 'inherit' : 'ignore', detached: true });
    const timer = setTimeout(() => {
      resolve('time');
      // With the workers that it started.
      process.kill(-child.pid, 'SIGKILL');
    }, seconds * 1000);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
const vitest = (tests, show, seconds) =>
  run(
    ['node_modules/vitest/vitest.mjs', 'run', '--project=node', '--bail=1', ...tests.map((test) => `test/${test}`)],
    show,
    seconds,
  );
const buildOf = (target) =>
  run(['node_modules/assemblyscript/bin/asc.js', 'assembly/index.ts', '--config', 'asconfig.json', '--target', target]);

const all = [...new Set(prepared.flatMap(({ tests }) => tests))];
if ((await vitest(all)) !== 0) {
  await vitest(all, true);
  throw new Error('these tests fail without a mutant');
}

const survivors = [];
for (const [i, { file, from, to, what, tests, text, builds }] of prepared.entries()) {
  const begun = Date.now();
  const kernels = file.startsWith('assembly/') ? (builds ?? ['base']) : [];
  writeFileSync(join(copy, file), text);
  for (const target of kernels)
    if ((await buildOf(target)) !== 0) throw new Error(`${file}: asc does not compile this mutant:\n${to}`);
  // The tests of these files use the bundle.
  const bundled = /^(assembly\/kernels\/random|src\/(remote|cli)\/)/.test(file);
  if (bundled && (await run(['node_modules/rollup/dist/bin/rollup', '-c', '--silent'])) !== 0)
    throw new Error(`${file}: rollup does not take this mutant:\n${to}`);
  // Most mutants are noticed by the short files corners.test.ts.
  const short = tests
    .map((test) => join(test, 'corners.test.ts'))
    .filter((test) => existsSync(join(root, 'test', test)));
  const code = (short.length && (await vitest(short, false, SECONDS))) || (await vitest(tests, false, SECONDS));
  if (bundled) cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  copyFileSync(join(root, file), join(copy, file));
  for (const target of kernels) copyFileSync(join(root, `build/${target}.wasm`), join(copy, `build/${target}.wasm`));
  const killed = code !== 0;
  if (!killed) survivors.push({ file, from, to, what, tests });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const how = code === 'time' ? 'TOO LONG' : killed ? 'noticed ' : 'SURVIVED';
  console.log(`${i + 1}/${prepared.length} ${how} ${seconds} s  ${file}: ${what}`);
}

for (const { file, from, to, tests } of survivors)
  console.log(`\nsurvived: ${file}\n- ${from}\n+ ${to}\n  tests: ${tests.join(' ')}`);
const share = 1 - survivors.length / prepared.length;
console.log(
  `\n${prepared.length - survivors.length} of ${prepared.length} mutants were noticed (${(100 * share).toFixed(1)} %)`,
);
process.exitCode = share < LEAST ? 1 : 0;
