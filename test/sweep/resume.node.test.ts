import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { adam, DataError, dataset, fit, mse, nn, OptionError } from '../../src/index.js';
import { search, type SearchOptions, type StudyContext, uniform } from '../../src/sweep/index.js';

const home = mkdtempSync(join(tmpdir(), 'sweep-'));
afterAll(() => rmSync(home, { recursive: true }));
let folders = 0;
const folder = (): string => join(home, String(folders++));

const space = { x: uniform(0, 1) };
/** Fails and is NaN now and then. */
const values = ({ x }: { x: number }, { trial, report }: StudyContext): number => {
  report(trial % 4 ? x : Number.NaN);
  if (trial % 5 === 0) throw new Error(`no ${trial}`);
  return trial % 7 ? x : Number.NaN;
};
/** A study that counts its calls, and ends the search at one of them. */
function counted(endsAt = -1) {
  const stopper = new AbortController();
  const calls: number[] = [];
  const study = (parameters: { x: number }, context: StudyContext): number => {
    calls.push(context.trial);
    if (calls.length === endsAt) stopper.abort();
    return values(parameters, context);
  };
  return { study, calls, signal: stopper.signal };
}

test.each([
  { trials: 20 },
  { trials: 20, method: 'halving' },
  { trials: 20, median: { wave: 5 } },
  { method: 'grid', levels: 20 },
] as SearchOptions<{ x: number }>[])('%j goes on where it was ended, and runs nothing twice', async (options) => {
  const resume = folder();
  const all = counted();
  const whole = await search(all.study, space, options);
  const first = counted(8);
  const part = await search(first.study, space, { ...options, resume, signal: first.signal });
  expect(part.trials).toHaveLength(7);
  const second = counted();
  const heard: number[] = [];
  const onTrial = ({ trial }: { trial: number }): void => void heard.push(trial);
  const rest = await search(second.study, space, { ...options, resume, onTrial });
  expect(rest).toEqual(whole);
  expect(rest.table()).toBe(whole.table());
  expect(second.calls).toEqual(all.calls.slice(7));
  expect([...heard].sort((a, b) => a - b)).toEqual(whole.trials.map(({ trial }) => trial));
  const third = counted();
  expect(await search(third.study, space, { ...options, resume })).toEqual(whole);
  expect(third.calls).toEqual([]);
});

test('a journal that was cut anywhere still holds whole lines', async () => {
  const resume = folder();
  const whole = await search(values, space, { trials: 6, resume });
  const path = join(resume, 'journal.jsonl');
  const bytes = readFileSync(path);
  for (let cut = 0; cut < bytes.length; cut += 17) {
    writeFileSync(path, bytes.subarray(0, cut));
    const again = counted();
    expect(await search(again.study, space, { trials: 6, resume })).toEqual(whole);
    const lines = bytes.subarray(0, cut).toString().split('\n').length - 2;
    expect(again.calls.length).toBeLessThanOrEqual(Math.min(6, 6 - lines));
    const nothing = counted();
    expect(await search(nothing.study, space, { trials: 6, resume })).toEqual(whole);
    expect(nothing.calls).toEqual([]);
  }
});

test('more trials, and what was written twice', async () => {
  const resume = folder();
  await search(values, space, { trials: 6, resume });
  const path = join(resume, 'journal.jsonl');
  appendFileSync(path, readFileSync(path));
  const more = counted();
  expect(await search(more.study, space, { trials: 9, resume })).toEqual(await search(values, space, { trials: 9 }));
  expect(more.calls).toEqual([6, 7, 8]);
});

test('a trial goes on from its checkpoint', async () => {
  const resume = folder();
  const data = dataset({ x: [[0], [1], [2], [3]], y: [1, 3, 5, 7.5] });
  const epochs: number[] = [];
  const study =
    (stopper?: AbortController) =>
    async ({ x }: { x: number }, { signal, seed, checkpoint }: StudyContext): Promise<number> => {
      const onEpoch = ({ epoch }: { epoch: number }): void => {
        epochs.push(epoch);
        if (epoch === 3) stopper?.abort();
      };
      const model = nn.sequential([nn.dense(1)]);
      const options = {
        loss: mse(),
        optimizer: adam({ learningRate: x }),
        epochs: 6,
        seed,
        signal,
        checkpoint,
        onEpoch,
      };
      return (await fit(model, data, options)).kept?.training.loss as number;
    };
  const whole = await search(study(), space, { trials: 1 });
  const stopper = new AbortController();
  epochs.length = 0;
  const none = await search(study(stopper), space, { trials: 1, resume, signal: stopper.signal });
  expect(none.trials).toEqual([]);
  expect(existsSync(join(resume, 'trial-0.safetensors'))).toBe(true);
  expect(await search(study(), space, { trials: 1, resume })).toEqual(whole);
  expect(epochs).toEqual([1, 2, 3, 4, 5, 6]);
  // What is not needed any more is not kept.
  expect(readdirSync(resume)).toEqual(['journal.jsonl']);
});

test.each([
  [{ seed: 1 }, 'seed 0 → 1'],
  [{ method: 'halving' }, 'method "random" → "halving"'],
  [{ version: 'b' }, 'version "" → "b"'],
  [{ maxResource: 2 }, 'maxResource 1 → 2'],
] as [object, string][])('a folder with another search is refused: %j', async (other, what) => {
  const resume = folder();
  await search(values, space, { trials: 2, resume });
  const before = readFileSync(join(resume, 'journal.jsonl'), 'utf8');
  const error = await search(values, space, { trials: 2, resume, ...other }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as Error).message).toContain(`search: resume: the search in ${resume} has other settings: ${what}`);
  expect(readFileSync(join(resume, 'journal.jsonl'), 'utf8')).toBe(before);
});

test('a folder that cannot be made is an error of data', async () => {
  writeFileSync(join(home, 'file'), '');
  await expect(search(values, space, { trials: 2, resume: join(home, 'file', 'x') })).rejects.toThrow(DataError);
});
