import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { evaluate, fit } from '../index.js';
import { writeModel } from '../node.js';
import { comparison } from './compare.js';
import { prepare, summary } from './data.js';
import { foldScaling } from './fold.js';
import { UsageError } from './kinds.js';
import { networkOf } from './network.js';
import type { Given } from './options.js';
import { Progress, type Screen } from './progress.js';
import { recipeOf } from './recipe.js';
import { closing, learningCurves } from './report.js';
import { techniques } from './techniques.js';

/** Trains as the options say, and prints the data, the model, the progress and the report. */
export async function train(given: Given, screen: Screen, signal: AbortSignal): Promise<void> {
  const print = (text: string): unknown => screen.write(`${text}\n`);
  // Known before hours are spent.
  if (given.save !== undefined) await checkTarget(given.save);
  const data = await prepare(given);
  const recipe = recipeOf(given, data);
  print(summary(data));
  const model = networkOf(given, data).build(data.train.shape, { seed: given.seed });
  print(`\n${model.summary()}`);
  print(`regularized by ${techniques(given).join(' ') || 'nothing'}\n`);

  const progress = new Progress(screen, given.epochs);
  const run = await fit(model, data.train, { ...recipe, signal, onEpoch: (record) => progress.show(record) });
  progress.end();

  print(`\n${learningCurves(run, Math.min(72, (screen.columns ?? 80) - 10))}\n`);
  const test = { scores: evaluate(model, data.test), rows: data.test.size, opened: 1 };
  if (given.save !== undefined) {
    foldScaling(model, data);
    await writeModel(given.save, model);
    print(`saved to ${given.save}; it takes the columns as they stand in the data\n`);
  }
  const compared = await comparison(given, data, run, signal);
  print(closing(run, test, compared));
}

async function checkTarget(path: string): Promise<void> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) throw new UsageError(`--save ${path} is a directory; give the name of a file`);
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new UsageError(`--save ${path}: the directory ${dirname(path)} does not exist or may not be written to`);
  });
}
