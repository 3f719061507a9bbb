import {
  type AnyModel,
  built,
  type Encoding,
  type Pipeline,
  type PipelineSource,
  type Schema,
  UnsupportedError,
} from '../index.js';
import { readModel } from '../node.js';
import { UsageError } from './kinds.js';

/** A model from a file, and a description of its inputs and outputs. */
export interface Saved {
  readonly path: string;
  readonly whole: AnyModel | Pipeline;
  readonly source: PipelineSource;
  /** The schema of the encoding, where a pipeline begins with one. */
  readonly schema?: Schema;
  /** The names of the model's columns, where the file has them. */
  readonly features?: readonly string[];
  /** The number of inputs of the network. */
  readonly width: number;
  readonly kind: 'classes' | 'values';
  readonly outputs: number;
  readonly classNames?: readonly string[];
}

const isPipeline = (whole: AnyModel | Pipeline): whole is Pipeline => 'steps' in whole;

/** Reads a model that predicts rows of a table. Throws an UnsupportedError for models with several outputs or outputs of more axes. */
export async function savedOf(path: string, task: 'auto' | 'classes' | 'values'): Promise<Saved> {
  const whole = await readModel<AnyModel | Pipeline>(path);
  const { blueprint, shape } = built(isPipeline(whole) ? whole.model : whole);
  const { heads, output } = blueprint;
  if (heads)
    throw new UnsupportedError(
      `${path}: the model has the outputs ${heads.map(({ name }) => name).join(', ')}, and the command answers with one; predict in a program`,
    );
  if (output.length !== 2)
    throw new UnsupportedError(
      `${path}: the outputs are [${['n', ...output.slice(1)].join(', ')}], not one row of numbers`,
    );
  const source = isPipeline(whole) ? whole.source : {};
  const outputs = output[1];
  if (task !== 'auto' && source.kind && source.kind !== task)
    throw new UsageError(`--task ${task}: ${path} says that the model predicts ${source.kind}; leave --task out`);
  const [first] = isPipeline(whole) ? whole.steps : [];
  return {
    path,
    whole,
    source,
    ...(first && 'schema' in first && { schema: (first as Encoding).schema }),
    features: source.features,
    width: shape.reduce((a, b) => a * b, 1),
    kind: source.kind ?? (task === 'auto' ? (outputs > 1 ? 'classes' : 'values') : task),
    outputs,
    classNames: source.classNames,
  };
}
