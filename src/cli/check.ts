import { writeFile } from 'node:fs/promises';
import { crossValidate, generalization, learningCurve } from '../generalization/index.js';
import {
  accuracy,
  adam,
  type AnyModel,
  crossEntropy,
  DataError,
  type Dataset,
  earlyStopping,
  encode,
  fit,
  l2,
  type Model,
  mse,
  nn,
  type Pipeline,
  pipeline,
  r2,
  split,
  standardize,
} from '../index.js';
import type { CHECK } from './commands.js';
import { table } from './data.js';
import { UsageError } from './kinds.js';
import type { Output } from './output.js';
import { type Saved, savedOf } from './saved.js';
import { checkTarget } from './target.js';
import type { ValuesOf } from './words.js';

type Options = ValuesOf<(typeof CHECK)['options']>;

/** Reports whether a model of a table generalizes: a saved one, or a small one that is trained here. */
export async function check([file]: readonly string[], options: Options, output: Output): Promise<void> {
  if (options.html !== undefined) await checkTarget(options.html, '--html');
  const report =
    options.model === undefined ? await ofTable(file, options) : await ofModel(file, options.model, options);
  output.write(`${report.text}\n`);
  if (options.html !== undefined) await writeFile(options.html, report.html);
}

const read = (file: string, target: string, { drop, separator, task }: Options, more = drop): Promise<Dataset> =>
  table(file, { target, drop: more, separator }, task);

/** Trains small networks: one for the verdict, one for each fold, and those of the learning curve. */
async function ofTable(file: string, options: Options) {
  const { target, seed } = options;
  if (target === undefined) throw new UsageError(`${file}: which column is to be predicted? Add --target column`);
  const data = await read(file, target, options);
  if (data.y.every((y) => y === data.y[0]))
    throw new DataError(`${file}: '${target}' is the same in all rows; there is nothing to learn`);
  const isClasses = data.kind === 'classes';
  const only = data.columns.filter(({ type }) => type !== 'text').map(({ name }) => name);
  const build = (): Pipeline =>
    pipeline(
      [
        data.fields ? encode.with({ indicator: true, only }) : standardize,
        nn.sequential([
          nn.dense(32, { activation: 'relu' }),
          nn.dropout({ keep: 0.8 }),
          nn.dense(isClasses ? data.classes : 1),
        ]),
      ],
      isClasses ? {} : { target: 'standardize' },
    );
  const training = {
    loss: isClasses ? crossEntropy() : mse(),
    metrics: isClasses ? accuracy() : r2(),
    optimizer: adam({ learningRate: 0.005 }),
    penalties: [l2(1e-4)],
    epochs: 60,
    stop: earlyStopping({ patience: 8 }),
    seed,
  };
  const { train, validation } = split(data, { seed });
  const model = build();
  const run = await fit(model, train, { ...training, validation });
  const crossValidation = await crossValidate(build, data, training);
  const { size } = train;
  const sizes = [size >> 2, size >> 1, size];
  const curve =
    sizes[0] < LEAST
      ? undefined
      : await learningCurve(build, { train, validation }, { ...training, sizes, repeats: 3 });
  return generalization(
    run,
    { model, train, validation, data, crossValidation, ...(curve && { curve }) },
    { title: `Will a model of ${data.targetName} in ${file} generalize?`, seed },
  );
}
/** Fewer rows teach nothing. */
const LEAST = 8;

/** Asks a saved model about rows that it was not trained on. */
async function ofModel(file: string, path: string, options: Options) {
  const saved = await savedOf(path, options.task);
  const target = options.target ?? saved.source.target;
  if (target === undefined)
    throw new UsageError(`${path} does not say which column was to be predicted; add --target column`);
  const wanted = saved.schema?.fields.map(({ name }) => name) ?? saved.features;
  const whole = await read(file, target, options);
  const lacks = wanted?.filter((name) => !whole.columns.some((column) => column.name === name)) ?? [];
  if (lacks.length)
    throw new DataError(`${file} has no ${lacks.map((name) => `'${name}'`).join(', ')}, which ${path} needs`);
  const extra = wanted ? whole.columns.map(({ name }) => name).filter((name) => !wanted.includes(name)) : [];
  const found = extra.length ? await read(file, target, options, [...options.drop, ...extra]) : whole;
  const validation = asked(saved, found, file);
  return generalization(
    saved.whole as (AnyModel & Model) | Pipeline,
    { validation, data: validation },
    { title: `Does ${path} generalize to ${file}?`, seed: options.seed },
  );
}

/** The rows with labels as the model counts them. */
function asked({ kind, classNames, outputs, path }: Saved, data: Dataset, file: string): Dataset {
  if (kind === 'values') {
    if (data.kind === 'values') return data;
    throw new UsageError(
      `${path} predicts values, and '${data.targetName}' of ${file} is text or labels; add --task values`,
    );
  }
  const target = data.target();
  const names = classNames ?? Array.from({ length: Math.max(2, outputs) }, (_, i) => String(i));
  const values = Int32Array.from(target.values, (value) => {
    const name = data.classNames?.[value] ?? String(value);
    const label = names.indexOf(name);
    if (label < 0)
      throw new DataError(
        `${file}: '${name}' in '${data.targetName}' is not a class of the model: ${names.join(', ')}`,
      );
    return label;
  });
  return data.with({ targets: [{ ...target, values, kind: 'classes', classes: names.length, classNames: names }] });
}
