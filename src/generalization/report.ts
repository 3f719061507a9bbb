import {
  callable,
  checkDataset,
  checkKeys,
  type Dataset,
  isModel,
  isRaw,
  type Model,
  OptionError,
  type Pipeline,
  readable,
  refuse,
  refuseSealed,
  type Run,
  seedKey,
  shown,
} from '../index.js';
import type { CrossValidation } from './crossValidate.js';
import type { LearningCurve } from './learningCurve.js';
import { headsOf, type JudgedHead } from './heads.js';
import { htmlPage, textPage } from './page.js';
import {
  features,
  guarantee,
  mistakes,
  moreRows,
  newRows,
  probabilities,
  type ReportLine,
  type ReportSection,
  theData,
  theLabels,
  theSource,
  verdict,
} from './sections.js';
import { theTest } from './theTest.js';

/** What is known of a model: the more is given, the more the report tells. */
export interface GeneralizationParts {
  /** What `fit` gave, where the first argument is the model. */
  run?: Run;
  /** The model, where the first argument is the run. */
  model?: Model | Pipeline;
  train?: Dataset;
  /** Rows that the model was not trained on. */
  validation?: Dataset;
  /** The test set, for the end: the report evaluates the model on it, which `test.opened` counts. */
  test?: Dataset;
  /** What `crossValidate` gave for `data`, else for `train`. */
  crossValidation?: CrossValidation;
  /** What `learningCurve` gave. */
  curve?: LearningCurve;
  /** All rows, where they are to be looked at as they were before the split. Default: the parts. */
  data?: Dataset;
}
export interface GeneralizationOptions {
  /** Default 'Will it generalize?'. */
  title?: string;
  /** Draws a result as a picture for the page: `draw` of `regulus/pictures`. Default: no pictures. */
  draw?: (result: never) => { svg(): string };
  /** The seed of samples and shuffles. Default 0. */
  seed?: number;
  /** What else was not looked at, such as columns that were left out, and what to do about it. Default: nothing. */
  notes?: readonly Pick<ReportLine, 'text' | 'next'>[];
}
/** All that is known of how a model generalizes. */
export interface Generalization {
  readonly sections: readonly ReportSection[];
  /** The report as text. */
  readonly text: string;
  /** The report as a page that needs no other file. */
  readonly html: string;
}

const PARTS: readonly (keyof GeneralizationParts)[] = [
  'run',
  'model',
  'train',
  'validation',
  'test',
  'crossValidation',
  'curve',
  'data',
];
const SETS = ['data', 'train', 'validation', 'test'] as const;

/** Puts all that is known of a model into one report: the verdict on its training, its score on new rows, what more rows would bring, faults of
 *  the data and of the labels, whether probabilities are what they say, what the model relies on, where it errs, and the test. Every sentence says what to do next,
 *  and what was not given is listed at the end.
 *
 *  The first argument is what `fit` gave, or the model; `parts` has the other, the sets, and results of `crossValidate` and `learningCurve`. A test set
 *  is opened where it is given with a model, so leave it out until the end. Models with several outputs are looked at by head. Throws an OptionError for what is no run, model or part, a LeakageError for a sealed set that is not `test`.
 *  @example
 *  const { text, html } = generalization(model, { run: await fit(model, train, { ...options, validation }), train, validation })
 *  text.includes('Next: ') // true */
export function generalization(
  subject: Run | Model | Pipeline,
  parts: GeneralizationParts = {},
  options: GeneralizationOptions = {},
): Generalization {
  const where = 'generalization';
  if (Object.prototype.toString.call(parts) !== '[object Object]')
    refuse(where, 'parts', parts, 'an object such as { model, train, validation }');
  const strange = Object.keys(parts).find((key) => !PARTS.includes(key as keyof GeneralizationParts));
  if (strange !== undefined)
    throw new OptionError(`${where}: parts has '${strange}', which is no part; there are ${PARTS.join(', ')}`);
  checkKeys(where, options, ['title', 'draw', 'seed', 'notes']);
  const { title = 'Will it generalize?', draw, seed = 0, notes = [] } = options;
  if (typeof title !== 'string') refuse(where, 'title', title, 'text');
  if (draw !== undefined) callable(where, 'draw', draw, 'a function such as draw of regulus/pictures');
  seedKey(seed, where);
  const isNote = (note: unknown): boolean =>
    ['text', 'next'].every((key) => typeof (Object(note) as Record<string, unknown>)[key] === 'string');
  if (!Array.isArray(notes) || !Array.from(notes).every(isNote))
    refuse(where, 'notes', notes, 'a list of { text, next }');
  const given = subjectOf(where, subject, parts);
  for (const name of SETS) {
    const set = given[name];
    if (set === undefined) continue;
    checkDataset(`${where}: ${name}`, set, true);
    if (name !== 'test') refuseSealed(`${where}: ${name}`, set);
  }
  const sections = sectionsOf(given, seed);
  const looks = sections.flatMap(({ lines }) => lines).filter(({ ok }) => ok === false).length;
  const summary = looks
    ? `${looks} ${looks === 1 ? 'sentence asks' : 'sentences ask'} for a look; they are marked with !`
    : 'Nothing asks for a closer look';
  const absent: readonly ReportLine[] = [...absentIn(given), ...notes];
  const all = absent.length ? [...sections, { title: 'Not looked at', lines: absent }] : sections;
  const pictures = all.map(({ result }) => (draw && result ? drawn(draw(result as never)) : undefined));
  const text = textPage(title, all, `${summary}.`);
  return readable({ sections: all, text, html: htmlPage(title, all, `${summary}.`, pictures) }, () => text);
}

function drawn(picture: { svg(): string }): string {
  const svg: unknown = typeof picture?.svg === 'function' ? picture.svg() : undefined;
  if (typeof svg !== 'string')
    throw new OptionError(
      `generalization: draw returned ${shown(picture)}; it must return a picture with svg(), as draw of regulus/pictures does`,
    );
  return svg;
}

const isNetwork = (x: unknown): x is Model | Pipeline => isModel(x) || isRaw(x);

function subjectOf(where: string, subject: unknown, parts: GeneralizationParts): GeneralizationParts {
  const { run, model, crossValidation, curve } = parts;
  if (model !== undefined && !isNetwork(model))
    refuse(where, 'model', model, 'a model such as nn.sequential([…]), or a pipeline');
  for (const [name, part, key, from] of [
    ['run', run, 'history', 'fit'],
    ['crossValidation', crossValidation, 'outOfFold', 'crossValidate'],
    ['curve', curve, 'points', 'learningCurve'],
  ] as const)
    if (part !== undefined && !(key in Object(part))) refuse(where, name, part, `what ${from} gives`);
  const other = isNetwork(subject) ? 'model' : 'run';
  if (
    other === 'run' &&
    !(typeof subject === 'object' && subject !== null && 'history' in subject && 'stopped' in subject)
  )
    throw new OptionError(`${where}: subject is ${shown(subject)}; it must be what fit gives, or a model`);
  if (parts[other] !== undefined)
    throw new OptionError(`${where}: ${other} is given twice, as the first argument and in parts; leave one out`);
  return { ...parts, [other]: subject };
}

function sectionsOf(given: GeneralizationParts, seed: number): ReportSection[] {
  const { run, train, validation, test, crossValidation, curve, data, model } = given;
  const labelled = data ?? train;
  const audited = data ?? (train && { train, ...(validation && { validation }), ...(test && { test }) });
  const heads = validation && model ? headsOf(model, validation) : [];
  const answers = heads.flatMap((one) => ofHead(one, seed));
  if (heads.length > 1) for (const { model: own } of heads) own.dispose();
  return [
    run?.kept && verdict(run),
    crossValidation && newRows(crossValidation),
    curve && moreRows(curve),
    audited && theData(audited, seed),
    train && validation && theSource(train, validation, seed),
    crossValidation && labelled && theLabels(labelled, crossValidation.outOfFold),
    ...answers,
    model && test && test.targets.length > 0 && theTest(model, test),
  ].filter((section): section is ReportSection => Boolean(section));
}

/** What validation rows tell of one output. */
function ofHead({ head, model, data }: JudgedHead, seed: number): ReportSection[] {
  const isSingle = data.kind === 'classes' || data.y.length === data.size;
  const found = [
    data.kind === 'classes' && probabilities(model, data),
    isSingle && guarantee(model, data),
    features(model, data, seed),
    isSingle && mistakes(model, data),
  ].filter((section): section is ReportSection => Boolean(section));
  return head ? found.map((section) => ({ ...section, title: `${section.title}: ${head}` })) : found;
}

/** What was not given. */
function absentIn({
  run,
  model,
  train,
  validation,
  test,
  crossValidation,
  curve,
  data,
}: GeneralizationParts): ReportLine[] {
  const line = (text: string, next: string): ReportLine => ({ text, next });
  return [
    ...(run ? [] : [line('the training, whose verdict is unknown', 'give the run that fit returned')]),
    ...(model && validation ? [] : [line('the answers of the model', 'give model and validation')]),
    ...(train || data ? [] : [line('the data', 'give train, validation and test, or data')]),
    ...(crossValidation ? [] : [line('the score on new rows, and the labels', 'give the result of crossValidate')]),
    ...(curve ? [] : [line('whether more rows would help', 'give the result of learningCurve')]),
    ...(test ? [] : [line('the test set', 'give it once, at the end, when the model is chosen')]),
  ];
}
