import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DataError, dataset, mse, nn, OptionError, sgd } from '../../src/index.js';
import { federated, type FederatedOptions } from '../../src/sweep/index.js';

const home = mkdtempSync(join(tmpdir(), 'rounds-'));
afterAll(() => rmSync(home, { recursive: true }));
const shards = [3, 5].map((count) =>
  dataset({
    x: Array.from({ length: count }, (_, i) => [i / 5, i % 2]),
    y: Array.from({ length: count }, (_, i) => [i]),
  }),
);
const run = async (resume: string | undefined, rounds: number, more: Partial<FederatedOptions> = {}) => {
  const model = nn.sequential([nn.batchNorm(), nn.dense(1)]);
  const options = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), outer: { momentum: 0.5 }, localSteps: 2 };
  const found = await federated(model, shards, { ...options, rounds, ...(resume && { resume }), ...more });
  return [found.rounds, model.state()];
};

test('rounds go on from a folder, to the same bits, and hear of those that are done', async () => {
  const folder = join(home, 'deep', 'first');
  await run(folder, 3);
  const heard: number[] = [];
  const onRound = ({ round }: { round: number }): number => heard.push(round);
  expect(await run(folder, 7, { onRound })).toEqual(await run(undefined, 7));
  expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7]);
  // What is done already is only read.
  expect(await run(folder, 7)).toEqual(await run(undefined, 7));
});

test('a folder of another training is refused', async () => {
  const folder = join(home, 'second');
  await run(folder, 2);
  for (const [more, what] of [
    [{ seed: 4 }, 'seed 0 → 4'],
    [{ deltas: 'bf16' }, 'deltas "f32" → "bf16"'],
    [{ localSteps: 3 }, 'localSteps 2 → 3'],
  ] as const) {
    const error = await run(folder, 3, more).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as Error).message).toBe(
      `federated: resume: the training in ${folder} has other settings: ${what}; give the same as then, or another folder`,
    );
  }
});

test('a folder that cannot be used is a DataError', async () => {
  const file = join(home, 'file');
  writeFileSync(file, '');
  await expect(run(file, 1)).rejects.toThrow(DataError);
  await expect(run(join(home, 'second'), 1, { resume: 3 as never })).rejects.toThrow('federated: resume is 3');
});
