import { built, type Dataset, type Model, modelOf, type Pipeline, RawModel } from '../index.js';
import { pipelineOf } from './answers.js';

/** One output of a model, and the set with its target alone. */
export interface JudgedHead {
  /** The name of the head; '' where there is one output. */
  readonly head: string;
  readonly model: Model | Pipeline;
  readonly data: Dataset;
}

/** A model and a set by head. The models of several heads have the parameters of the whole, and must be disposed of. */
export function headsOf(model: Model | Pipeline, data: Dataset): JudgedHead[] {
  if (data.targets.length === 1) return [{ head: '', model, data }];
  return data.targets.map((target) => ({
    head: target.name,
    model: headOf(model, target.name, data),
    data: data.with({ targets: [target], targetName: target.name }),
  }));
}

function headOf(model: Model | Pipeline, head: string, data: Dataset): Model | Pipeline {
  const raw = pipelineOf(model);
  if (raw) {
    const { kind, classNames } = data.target(head);
    const source = { features: raw.source.features, target: head, kind, classNames };
    return new RawModel(raw.steps, headOf(raw.model as Model, head, data) as Model, source);
  }
  const { part, shape } = built(model as Model);
  const own = {
    ...part,
    config: { name: 'head', options: { head } },
    of: undefined,
    forward: (...args: Parameters<typeof part.forward>) =>
      (part.forward(...args) as Readonly<Record<string, never>>)[head],
  };
  return modelOf(own, model as Model).build(shape);
}
