import { type Configured, isMade } from '../config.js';
import { encodingOf, type Schema } from '../data/encoding.js';
import { polynomialFeatures } from '../data/polynomialFeatures.js';
import { scalingOf } from '../data/scaling.js';
import { FormatError, OptionError, UnsupportedError } from '../errors.js';
import { shown } from '../options.js';
import type { Pipeline, PipelineSource, Step } from './pipeline.js';
import type { Units } from './units.js';

/** A pipeline as it is stored in a file: configurations of its fitted steps, and the names of the training set. */
interface Saved {
  readonly steps: readonly { readonly name: string; readonly options: unknown }[];
  readonly source: PipelineSource;
  readonly target?: Units;
}

/** Describes a pipeline's steps for a file. Throws an OptionError where one is not fitted, an UnsupportedError where one is the user's own. */
export function recordOf({ steps, source, fitted, units }: Pipeline): Saved {
  if (!fitted)
    throw new OptionError(
      'saveSafetensors: the pipeline is not fitted yet; train it with fit, or fit its steps with pipeline.fit(train)',
    );
  return {
    steps: steps.map((step, i) => {
      const { config } = step as Partial<Configured>;
      if (config && isMade(step)) return config;
      throw new UnsupportedError(
        `saveSafetensors: step ${i} of the pipeline is of your own, which a file cannot hold; save pipeline.model and keep the step in code`,
      );
    }),
    source,
    ...(units && { target: units }),
  };
}

const damaged = (what: string): never => {
  throw new FormatError(`loadSafetensors: the file's pipeline is damaged: ${what}`);
};
const isRecord = (x: unknown): x is { readonly [key: string]: unknown } =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const areTexts = (x: unknown): x is string[] => Array.isArray(x) && x.every((text) => typeof text === 'string');
const areNumbers = (x: unknown): x is number[] => Array.isArray(x) && x.length > 0 && x.every(Number.isFinite);
const TYPES = ['number', 'string', 'boolean', 'date'];

/** Rebuilds the steps that a file describes. Throws a FormatError for a damaged description. */
export function stepsOf(given: unknown): { steps: Step[]; source: PipelineSource; target?: Units } {
  if (!isRecord(given) || !Array.isArray(given.steps) || !isRecord(given.source))
    return damaged(`it is ${shown(given)}`);
  const steps = given.steps.map((step: unknown, i): Step => {
    if (!isRecord(step) || !isRecord(step.options)) return damaged(`step ${i} is ${shown(step)}`);
    const { name, options } = step;
    if (name === 'encode') return encodingOf(schemaOf(options));
    if (name === 'polynomialFeatures') return polynomialFeatures(options as never);
    const { shift, spread } = options;
    if ((name !== 'standardize' && name !== 'minMax') || !areNumbers(shift) || !areNumbers(spread))
      return damaged(`step ${i} is ${shown(name)}`);
    if (shift.length !== spread.length || spread.includes(0)) damaged(`step ${i} divides by 0, or by nothing`);
    return scalingOf({ name, options: { shift, spread } }, [shift.length], shift, spread);
  });
  const { features, target, kind, classNames } = given.source;
  const isText = (x: unknown): boolean => x === undefined || typeof x === 'string';
  const isList = (x: unknown): boolean => x === undefined || areTexts(x);
  if (!isList(features) || !isList(classNames) || !isText(target) || !isText(kind)) damaged('the names are not text');
  const units = given.target;
  if (units === undefined) return { steps, source: given.source as PipelineSource };
  const { shift, spread } = isRecord(units) ? units : damaged(`the target is ${shown(units)}`);
  if (!areNumbers(shift) || !areNumbers(spread) || shift.length !== spread.length || spread.includes(0))
    return damaged('the target divides by 0, or by nothing');
  return { steps, source: given.source as PipelineSource, target: { shift, spread } };
}

function schemaOf(options: { readonly [key: string]: unknown }): Schema {
  const { version, missingValues, missing, unknown, fields } = options;
  if (version !== 1) damaged(`the encoding has version ${shown(version)}`);
  if (
    !areTexts(missingValues) ||
    !['fill', 'error'].includes(missing as string) ||
    !['zeros', 'error'].includes(unknown as string)
  )
    damaged('the encoding does not say what is missing or unknown');
  if (!Array.isArray(fields) || !fields.length) return damaged('the encoding has no fields');
  for (const field of fields) {
    const {
      name,
      type,
      constraints,
      position,
      encode: rule,
    } = isRecord(field) ? field : damaged('a field is not an object');
    if (
      typeof name !== 'string' ||
      !TYPES.includes(type as string) ||
      !Number.isSafeInteger(position) ||
      !isRecord(rule)
    )
      damaged(`the field ${shown(name)} is none`);
    const { shift = 0, spread = 1, fill = 0, categories, indicator } = rule as { readonly [key: string]: unknown };
    const words = constraints === undefined || (isRecord(constraints) && areTexts(constraints.enum));
    const isCategory = categories === 'oneHot' || categories === 'index';
    if (!words || isCategory !== (constraints !== undefined) || (categories !== undefined && !isCategory))
      damaged(`the categories of ${shown(name)} are none`);
    if (![shift, spread, fill].every(Number.isFinite) || spread === 0 || typeof indicator !== 'boolean')
      damaged(`the numbers of ${shown(name)} are none`);
  }
  return options as Partial<Schema> as Schema;
}
