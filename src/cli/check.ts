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

/** Tables of more numbers get fewer trainings, and networks see no more rows than so many numbers are in: a minute on a small machine. */
const [LARGE, LARGEST] = [2_000_000, 4_000_000];
/** Fewer rows teach nothing. */
const LEAST = 8;

/** How many numbers a row of a column becomes. */
const widthOf = ({ type, categories }: Dataset['columns'][number]): number =>
  type === 'category' && categories ? categories.length : 1;

/** How many rows the networks see of a table, by how many folds they are judged, and how often each point of the learning curve is drawn. */
export function effortFor(size: number, width: number): { rows: number; folds: number; repeats: number } {
  const isLarge = size * width > LARGE;
  return { rows: Math.min(size, Math.floor(LARGEST / width)), folds: isLarge ? 3 : 5, repeats: isLarge ? 1 : 3 };
}

/** Trains small networks: one for the verdict, one for each fold, and those of the learning curve. */
async function ofTable(file: string, options: Options) {
  const { target, seed } = options;
  if (target === undefined) throw new UsageError(`${file}: which column is to be predicted? Add --target column`);
  const all = await read(file, target, options);
  if (all.y.every((y) => y === all.y[0]))
    throw new DataError(`${file}: '${target}' is the same in all rows; there is nothing to learn`);
  const isText = ({ type }: { type: string }): boolean => type === 'text';
  const used = all.columns.filter((column) => !isText(column));
  if (!used.length)
    throw new DataError(`${file}: all columns but '${target}' are text; a network needs numbers, categories or dates`);
  const only = used.map(({ name }) => name);
  const width = used.reduce((sum, column) => sum + widthOf(column), 0);
  const { rows, folds, repeats } = effortFor(all.size, width);
  const data = rows < all.size ? all.shuffle(seed).take(rows) : all;
  const isClasses = all.kind === 'classes';
  const build = (): Pipeline =>
    pipeline(
      [
        all.fields ? encode.with({ indicator: true, only }) : standardize,
        nn.sequential([
          nn.dense(32, { activation: 'relu' }),
          nn.dropout({ keep: 0.8 }),
          nn.dense(isClasses ? all.classes : 1),
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
  const crossValidation = await crossValidate(build, data, { ...training, folds });
  const { size } = train;
  const sizes = [size >> 2, size >> 1, size];
  const curve =
    sizes[0] < LEAST ? undefined : await learningCurve(build, { train, validation }, { ...training, sizes, repeats });
  const [encoding] = model.steps as readonly { notes?: readonly string[] }[];
  const notes = [
    ...all.columns.filter(isText).map(({ name }) => ({
      text: `column '${name}' by the networks, since it is text`,
      next: 'make numbers or categories of it, if it tells something',
    })),
    ...(encoding.notes ?? []).map((text) => ({ text, next: 'nothing, if that is as it should be' })),
    ...(repeats > 1
      ? []
      : [
          {
            text: `all of ${all.size} rows of ${width} numbers: ${rows < all.size ? `networks were trained on ${rows} rows that were drawn, ` : ''}with three folds, and one repetition of the learning curve`,
            next: 'call crossValidate and learningCurve of regulus/generalization with more, in threads',
          },
        ]),
  ];
  return generalization(
    run,
    { model, train, validation, data: all, crossValidation, ...(curve && { curve }) },
    { title: `Will a model of ${all.targetName} in ${file} generalize?`, seed, notes },
  );
}

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
