import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  accuracy,
  adam,
  crossEntropy,
  earlyStopping,
  evaluate,
  fit,
  l1,
  l2,
  type Model,
  mse,
  nn,
  type Optimizer,
  sgd,
} from '../index.js';
import { writeModel } from '../node.js';
import { type Prepared, prepare, summary } from './data.js';
import { foldScaling } from './fold.js';
import { type Given, UsageError } from './options.js';
import { Progress, type Screen } from './progress.js';
import { closing, learningCurves } from './report.js';

/** Trains as the options say, and prints the data, the model, the progress and the report. */
export async function train(given: Given, screen: Screen, signal: AbortSignal): Promise<void> {
  const print = (text: string): unknown => screen.write(`${text}\n`);
  // Known before hours are spent.
  if (given.save !== undefined) await checkTarget(given.save);
  const data = await prepare(given);
  print(summary(data));
  const model = networkOf(given, data).build(data.train.shape, { seed: given.seed });
  print(`\n${model.summary()}\n`);

  const progress = new Progress(screen, given.epochs);
  const classes = data.all.kind === 'classes';
  const run = await fit(model, data.train, {
    loss: classes ? crossEntropy({ labelSmoothing: given['label-smoothing'] }) : mse(),
    metrics: classes ? accuracy() : [],
    optimizer: optimizerOf(given),
    penalties: [...(given.l1 ? [l1(given.l1)] : []), ...(given.l2 ? [l2(given.l2)] : [])],
    validation: data.validation,
    stop: earlyStopping({ patience: given.patience }),
    batchSize: given['batch-size'],
    epochs: given.epochs,
    seed: given.seed,
    signal,
    onEpoch: (record) => progress.show(record),
  });
  progress.end();

  print(`\n${learningCurves(run, Math.min(72, (screen.columns ?? 80) - 10))}\n`);
  const test = evaluate(model, data.test);
  if (given.save !== undefined) {
    foldScaling(model, data);
    await writeModel(given.save, model);
    print(`saved to ${given.save}; it takes the columns as they stand in the data\n`);
  }
  print(closing(run, test));
}

function networkOf({ layers, activation, keep }: Given, { all }: Prepared): Model {
  const hidden = layers.flatMap((units) => [
    nn.dense(units, { activation }),
    ...(keep < 1 ? [nn.dropout({ keep })] : []),
  ]);
  return nn.sequential([...hidden, nn.dense(all.kind === 'classes' ? all.classes : 1)]);
}

function optimizerOf({ optimizer, rate }: Given): Optimizer {
  if (optimizer === 'adam') return adam({ learningRate: rate ?? 1e-3 });
  if (optimizer === 'sgd') return sgd({ learningRate: rate ?? 0.1 });
  return sgd({ learningRate: rate ?? 0.01, momentum: 0.9, nesterov: optimizer === 'nesterov' });
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
