import { UnsupportedError } from '../errors.js';
import type { Columns } from '../data/columns.js';
import { Dataset } from '../data/columns.js';
import { rebuilt, type Source, toJson } from '../io/configuration.js';
import { type AnyModel, checkModel, inside } from '../nn/model.js';
import type { FitOptions } from '../train/fitOptions.js';
import { inUnits, type Units } from '../pipeline/units.js';
import { listOf } from '../train/lists.js';
import type { Built } from './messages.js';
import { type Numbers, putBack, takenOut } from './numbers.js';
import { ofModels, ofOption, type Surface } from './sources.js';

/** A training in a form that can be posted; its arrays are sent before it. */
export interface Job {
  /** The model's configuration, and its state if it is built. */
  readonly model: unknown;
  readonly built: unknown;
  /** The scaling of the target, if the pipeline has one. */
  readonly units?: Units;
  readonly data: unknown;
  readonly validation: unknown;
  /** The options of fit, as configurations. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Which callbacks exist. Single updates are reported only if one asks for them, since each is one call into WASM then. */
  readonly listeners: { readonly step: boolean; readonly progress: boolean; readonly log: 'epochs' | 'steps' | false };
}

/** Options that stay with the caller, or are sent separately. */
const CALLERS = ['onStep', 'onEpoch', 'progress', 'logger', 'signal', 'validation'];

/** Packs a training for another thread. Throws an UnsupportedError with the path of a value that cannot be rebuilt there. */
export function packed(
  model: AnyModel,
  data: Dataset,
  options: FitOptions,
  surface: Surface,
  units?: Units,
): { job: Job; arrays: Numbers[] } {
  checkModel('trainInWorker', model);
  const { shape, seed, parameters } = inside(model);
  const arrays: Numbers[] = [];
  const loggers = listOf(options.logger);
  const job: Job = {
    model: sendable(model.config, 'model', ofModels),
    ...(units && { units }),
    data: takenOut({ ...data }, arrays),
    validation: options.validation && takenOut({ ...options.validation }, arrays),
    built: parameters && takenOut({ shape, seed, state: model.state() }, arrays),
    options: Object.fromEntries(
      Object.entries(options)
        .filter(([key]) => !CALLERS.includes(key))
        .map(([key, value]) => [key, sendable(value, `options.${key}`, ofOption(key, surface))]),
    ),
    listeners: {
      step: options.onStep !== undefined,
      progress: options.progress !== undefined,
      log: loggers.some(({ step }) => step) ? 'steps' : loggers.length > 0 && 'epochs',
    },
  };
  return { job, arrays };
}

/** Converts a value to its configuration, and checks that it can be rebuilt from that. */
function sendable(value: unknown, path: string, source: Source): unknown {
  const config = toJson(value, `trainInWorker: ${path}`);
  const again = attempt(path, () => toJson(rebuilt(config, path, source)));
  if (JSON.stringify(again) !== JSON.stringify(config))
    throw new UnsupportedError(
      `${path} does not come back from its configuration, and cannot be sent to a worker: train with fit, in this thread`,
    );
  return config;
}

function attempt<T>(path: string, f: () => T): T {
  try {
    return f();
  } catch (cause) {
    if (cause instanceof UnsupportedError) throw cause;
    throw new UnsupportedError(
      `${path} cannot be made again in a worker (${(cause as Error).message}): train with fit, in this thread`,
      { cause },
    );
  }
}

/** Rebuilds the arguments of fit from a job. */
export interface Unpacked {
  readonly model: AnyModel;
  readonly data: Dataset;
  readonly options: FitOptions;
}

export function unpacked(job: Job, arrays: readonly Numbers[], surface: Surface): Unpacked {
  const model = rebuilt(job.model, 'model', ofModels) as AnyModel;
  if (job.built) {
    const { shape, seed, state } = putBack(job.built, arrays) as Built;
    model.build(shape, { seed, state });
  }
  const dataset = (columns: unknown): Dataset => new Dataset(putBack(columns, arrays) as Columns);
  const options = Object.entries(job.options).map(([key, value]) => [
    key,
    rebuilt(value, `options.${key}`, ofOption(key, surface)),
  ]);
  const fitOptions = Object.fromEntries(options) as unknown as FitOptions;
  return {
    model,
    data: dataset(job.data),
    options: {
      ...(job.units ? inUnits('fit', job.units, fitOptions) : fitOptions),
      ...(job.validation ? { validation: dataset(job.validation) } : {}),
    },
  };
}

/** The state of a model that is built; undefined for others. */
export function builtOf(model: AnyModel): Built | undefined {
  const { shape, seed, parameters } = inside(model);
  return parameters && shape && { shape, seed, state: model.state() };
}
