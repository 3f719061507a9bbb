import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stranger, stranger } from './stranger.js';

/** The code of the documentation, and the types that a user would write for it. */
const PROGRAM = `
import {
  adam, crossEntropy, dataset, fit, mse, nn, randomGenerator, runtimeInfo, saveSafetensors, loadSafetensors,
  type AnyModel, type Classification, type Context, type FitOptions, type Layer, type ParameterSpec, type Part,
  type RandomGenerator, type Row, type RowsOptions, type RuntimeInfo, type Shape, type Tensor, type ThreadsOptions,
} from 'regulus';
import { dense, type DenseOptions } from 'regulus/nn';
import { digits } from 'regulus/digits';
import { toJavaScript } from 'regulus/formats';
import { compare, type Comparison } from 'regulus/generalization';
import { draw, type LinesOptions, type Picture, pictures } from 'regulus/pictures';
import { choice, logUniform, search, type SearchResult, type StudyContext } from 'regulus/sweep';
import { readModel, writeModel } from 'regulus/node';
import { trainInWorker, type WorkerOptions } from 'regulus/worker';

export const scaled: Layer = {
  config: { name: 'scaled', options: {} },
  parameters: (input: Shape): Record<string, ParameterSpec> => ({}),
  call: (x: Tensor, parameters, context: Context) => (context.training ? x : x.mul(2)),
};
export const options: DenseOptions = { activation: 'relu' };
export const settings: FitOptions = { loss: crossEntropy(), optimizer: adam(), epochs: 1 };
export const inWorker: WorkerOptions = { ...settings, transfer: true };
export const part: Part = dense(2, options);
export const compared: Comparison = compare({ scores: [1, 2] }, { scores: [2, 4] });
export const generator: RandomGenerator = randomGenerator(1);
export const info: RuntimeInfo = runtimeInfo();
export const threads: ThreadsOptions = { relaxed: true };
export const rows: Row[] = [{ age: 41, kind: 'a' }];
export const ofRows: RowsOptions = { target: 'kind' };

export const logarithmic: LinesOptions = { yLog: true, theme: 'dark' };
export const drawn: Picture = pictures.lines([{ name: 'loss', y: [3, 2, 1] }], logarithmic);

export async function searched(): Promise<number> {
  const study = ({ rate, units }: { rate: number; units: 16 | 64 }, { trial }: StudyContext) => rate * units + trial;
  const found: SearchResult<{ rate: number; units: 16 | 64 }> = await search(
    study, { rate: logUniform(1e-4, 1e-1), units: choice([16, 64]) }, { trials: 4 },
  );
  return found.best?.parameters.rate ?? found.trials.length;
}
export async function documented(path: string): Promise<Int32Array> {
  const model = nn.sequential([dense(8, options), scaled, (x) => x.relu()]);
  const run = await fit(model, digits(), settings);
  console.log(draw(run, { width: 400 }).svg() + drawn.text());
  await trainInWorker(model, dataset({ x: [[1]], y: [1] }), { ...inWorker, loss: mse() }).result;
  await writeModel(path, model);
  const answer: Classification = (await readModel(path)).classify([[1, 2]]);
  const tasks = nn.multiTask({ trunk: dense(4), heads: { a: dense(2), b: dense(1) } });
  const several = nn.defineModel({ a: dense(2), b: dense(1) }, ({ a, b }, x) => ({ first: a(x), second: b(x) }));
  const first: Tensor = several.predict([[1]]).first;
  loadSafetensors(saveSafetensors(model)).predict([[1, 2]]).item();
  const program: string = toJavaScript(model);
  const again: typeof tasks = loadSafetensors(saveSafetensors(tasks), tasks);
  await writeModel(path, several);
  const read: AnyModel = await readModel<AnyModel>(path);
  console.log(program, read.summary(), first.add(1).toArray<number[][]>(), again.classify([[1]]).a.labels);
  return answer.labels;
}
// @ts-expect-error: what a tensor is made of is the library's own
export const internals = (x: Tensor) => x.inputs;
// @ts-expect-error: and so is this
export type { serveTraining } from 'regulus';
`;

const six = resolve('node_modules/typescript/bin/tsc');
/** The version of TypeScript in older projects. */
const five = resolve('tools/consumers/node_modules/typescript5/bin/tsc');
const dom = { lib: ['es2023', 'dom', 'esnext.disposable'] };
const old = { module: 'commonjs', moduleResolution: 'node10' };
const node = { types: ['node'], typeRoots: [resolve('node_modules/@types')] };
const ROWS = [
  {
    name: 'for a bundler',
    tsc: six,
    file: 'program.ts',
    options: { ...dom, module: 'esnext', moduleResolution: 'bundler' },
  },
  { name: 'nodenext', tsc: six, file: 'program.ts', options: { ...dom, module: 'nodenext' } },
  { name: 'nodenext, from CommonJS', tsc: six, file: 'program.cts', options: { ...dom, module: 'nodenext' } },
  { name: 'node16, from CommonJS', tsc: six, file: 'program.cts', options: { ...dom, module: 'node16' } },
  { name: 'node10', tsc: six, file: 'program.ts', options: { ...dom, ...old, ignoreDeprecations: '6.0' } },
  {
    name: 'without a browser',
    tsc: six,
    file: 'program.ts',
    options: { ...node, lib: ['es2023'], module: 'nodenext' },
  },
  { name: 'node10 of TypeScript 5.4', tsc: five, file: 'program.ts', options: { ...dom, ...old } },
  {
    name: 'node16 of TypeScript 5.4, from CommonJS',
    tsc: five,
    file: 'program.cts',
    options: { ...dom, module: 'node16' },
  },
];

let consumer: Stranger;
beforeAll(() => {
  consumer = stranger();
}, 120_000);
afterAll(() => consumer?.remove());

for (const [i, { name, tsc, file, options }] of ROWS.entries())
  test.skipIf(!existsSync(tsc))(`documented code has its types: ${name}`, { timeout: 60_000 }, () => {
    consumer.write(`${i}/${file}`, PROGRAM);
    const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', types: [] };
    consumer.write(`${i}/tsconfig.json`, JSON.stringify({ compilerOptions: { ...strict, ...options }, files: [file] }));
    const project = join(consumer.folder, String(i));
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: project, encoding: 'utf8' });
    expect(stdout).toBe('');
  });
