import { writeFile } from 'node:fs/promises';
import {
  checkpoint,
  DataError,
  type EpochRecord,
  evaluate,
  fit,
  type FitOptions,
  type Model,
  pipeline,
  resume,
  type Run,
} from '../index.js';
import { writeModel } from '../node.js';
import { comparison } from './compare.js';
import { type Prepared, prepare, summary } from './data.js';
import { foldTarget } from './fold.js';
import { networkOf } from './network.js';
import { figuresOf, pageOf } from './page.js';
import type { Given } from './options.js';
import { Progress, type Screen } from './progress.js';
import { recipeOf } from './recipe.js';
import { closing, learningCurves } from './report.js';
import { checkTarget } from './target.js';
import { techniques } from './techniques.js';

/** Trains as the options say, and prints the data, the model, the progress and the report. */
export async function train(given: Given, screen: Screen, signal: AbortSignal): Promise<void> {
  const print = (text: string): unknown => screen.write(`${text}\n`);
  // A path that cannot be written is refused before training.
  if (given.save !== undefined) await checkTarget(given.save);
  if (given.report !== undefined) await checkTarget(given.report, '--report');
  const data = await prepare(given);
  const recipe = recipeOf(given, data);
  const about = [summary(data)];
  print(about[0]);
  const model = networkOf(given, data).build(data.train.shape, { seed: given.seed });
  about.push('', String(model.summary()), `regularized by ${techniques(given).join(' ') || 'nothing'}`);
  print(`${about.slice(1).join('\n')}\n`);

  const progress = new Progress(screen, given.epochs);
  const options = { ...recipe, signal, onEpoch: (record: EpochRecord) => progress.show(record) };
  const run = await trained(given, model, data, options);
  progress.end();

  print(`\n${learningCurves(run, Math.min(72, (screen.columns ?? 80) - 10))}\n`);
  const test = { scores: evaluate(model, data.test), rows: data.test.size, opened: data.test.opened };
  let failure: unknown;
  // Before the target's scaling becomes part of the model.
  let figures: string[] = [];
  try {
    if (given.report !== undefined) figures = figuresOf(data, model, run);
  } catch (error) {
    failure = error;
  }
  if (given.save !== undefined && !run.kept) print(`stopped before an epoch was over: nothing is saved\n`);
  else if (given.save !== undefined) {
    foldTarget(model, data);
    const whole = pipeline([data.features, model]).fit(data.raw);
    // If saving fails, the report is printed before the error is thrown.
    await writeModel(given.save, whole).then(
      () => print(`saved to ${given.save}; the model takes the file's columns unchanged\n`),
      (error: unknown) => {
        failure ??= error;
      },
    );
  }
  const report = closing(data, run, test, await comparison(given, data, run, signal));
  if (given.report !== undefined)
    await writeFile(given.report, pageOf(data.name, figures, { about: about.join('\n'), report })).then(
      () => print(`the page is in ${given.report}\n`),
      (cause: Error) => {
        failure ??= new DataError(`cannot write ${given.report}: ${cause.message}`, { cause });
      },
    );
  print(report);
  if (failure) throw failure;
}

/** Trains, or resumes a training that was stopped. */
async function trained(given: Given, model: Model, { train }: Prepared, options: FitOptions): Promise<Run> {
  const { resume: from, checkpoint: to = from } = given;
  const kept = to === undefined ? options : { ...options, checkpoint: checkpoint({ to, every: { seconds: 10 } }) };
  if (from === undefined) return fit(model, train, kept);
  try {
    return await resume(from, model, train, kept);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    const advice = cause.message.replace(
      'begin with fit, and its option checkpoint',
      `begin with --checkpoint ${from}`,
    );
    throw new DataError(advice, { cause });
  }
}
