import { expect, test } from 'vitest';
import { DivergenceError, OptionError } from '../../src/errors.js';
import * as loggers from '../../src/loggers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { sgd } from '../../src/optim/index.js';
import { fit, type FitOptions } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

const run = (more: Partial<FitOptions>) =>
  fit(nn.sequential([nn.dense(2)]), clouds(40), {
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 3,
    metrics: accuracy(),
    ...more,
  });

test('loggers hear of every epoch, of every update where they ask, and of the end', async () => {
  const [lines, rows, screen]: string[][] = [[], [], []];
  const made = await run({
    logger: [
      loggers.jsonLines({ to: (line) => lines.push(line), steps: true }),
      loggers.csv({ to: (line) => rows.push(line) }),
      loggers.console({ every: 5, to: (line) => screen.push(line) }),
    ],
  });
  const told = lines.map((line) => JSON.parse(line));
  expect(told.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(told.filter(({ kind }) => kind === 'epoch').map((e) => e['training.accuracy'])).toEqual(
    made.history.map(({ training }) => training.accuracy),
  );
  expect(told.at(-1)).toEqual({ kind: 'end', reason: 'epochs', epoch: 3 });
  expect(rows.length).toBe(4);
  expect(rows[0]).toContain('paramNorm,updateRatio,seconds,examplesPerSecond');
  expect(screen.length).toBe(2);
});

test('the end is told however training ends, and updates are one call where nobody listens to them', async () => {
  const ends: object[] = [];
  const logger = { config: { name: 'own', options: {} }, epoch: () => undefined, end: (e: object) => ends.push(e) };
  await run({ logger, signal: AbortSignal.abort() });
  await expect(run({ logger, optimizer: sgd({ learningRate: 1e38 }) })).rejects.toThrow(DivergenceError);
  expect(ends).toEqual([
    { reason: 'aborted', epoch: 0 },
    { reason: 'error', epoch: expect.any(Number) },
  ]);
  await expect(run({ logger: { to: 'file' } as never })).rejects.toThrow(OptionError);
});
