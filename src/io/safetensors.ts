import { DataError, FormatError, OptionError, RegulusError, ShapeError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { MOST_AXES, sameShape, type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { shown } from '../options.js';
import { type AnyModel, built, checkModel, inside, isModel, type Model } from '../nn/model.js';
import { survey } from '../nn/walk.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { type AnyRaw, isRaw } from '../pipeline/raw.js';
import { recordOf, stepsOf } from '../pipeline/record.js';
import { rebuilt, toJson } from './configuration.js';
import { type Contents, parse, type Stored, write } from './format.js';

/** What Regulus keeps in a file's metadata, so that the model can be rebuilt. */
interface Recipe {
  readonly format: number;
  readonly model: unknown;
  readonly shape: Shape;
  readonly seed: number;
  /** The steps before the model, and what they were fitted to. */
  readonly pipeline?: unknown;
}
const KEY = 'regulus';
/** In whose metadata this stands, the file is a checkpoint. */
export const TRAINING = 'regulus.training';
const FORMAT = 1;
/** What a file's configuration may have, so that it is read in a moment: values within one another, characters of a text, and values
 *  in all. */
const DEEPEST = 200;
const LONGEST = 1000;
const MOST_VALUES = 50_000;

/** A model as a safetensors file: all parameters by path, running statistics too, and the configuration that rebuilds it; of a pipeline
 *  also its steps, with all that they learned, and the names of features and classes.
 *  @example await writeFile('model.safetensors', saveSafetensors(model)) */
export function saveSafetensors(whole: AnyModel | Pipeline): Uint8Array {
  const model = whole instanceof Pipeline ? whole.model : whole;
  checkModel('saveSafetensors', model);
  const { parameters } = built(model);
  const tensors = new Map(
    parameters.segments.map((s): [string, Stored] => [s.name, { shape: s.shape, values: parameters.get(s) }]),
  );
  return write(tensors, metadataOf(whole));
}

/** What a file's metadata says of a model that is built: how it is made again. */
export function metadataOf(whole: AnyRaw): Record<string, string> {
  const model = isRaw(whole) ? whole.model : whole;
  const { shape, seed } = built(model);
  const steps = whole instanceof Pipeline && { pipeline: toJson(recordOf(whole), 'saveSafetensors') };
  const recipe: Recipe = { format: FORMAT, model: toJson(model.config, 'saveSafetensors'), shape, seed, ...steps };
  return { [KEY]: JSON.stringify(recipe) };
}

/** Reads a safetensors file. Without a model: the model or pipeline that was saved, where Regulus saved it, else the tensors by name, as
 *  stored. With a model: sets its parameters by name, never transposed, and returns it; names and shapes are all checked
 *  before the first number is set.
 *
 *  Throws a FormatError for damaged files, and without a model for configurations of more than 50,000 values or more than 200 within one
 *  another; a DataError where names or shapes differ; an UnsupportedError for a model with layers or functions of the user's own. A
 *  model that was not built yet stays so where the file does not fit it. Where the file is no single-output model's, its type says
 *  so: `loadSafetensors<AnyModel>(bytes)`, `loadSafetensors<Record<string, Tensor>>(bytes)`.
 *  @example const model = loadSafetensors(await readFile('model.safetensors')) */
export function loadSafetensors<R extends AnyModel | Pipeline | Record<string, Tensor> = Model>(bytes: Uint8Array): R;
export function loadSafetensors<M extends AnyModel>(bytes: Uint8Array, model: M): M;
export function loadSafetensors(bytes: Uint8Array, model?: AnyModel): AnyModel | Pipeline | Record<string, Tensor> {
  if (!(bytes instanceof Uint8Array))
    throw new OptionError(`loadSafetensors: ${shown(bytes)} is not a file's bytes; give a Uint8Array`);
  const contents = modelIn(parse(bytes));
  const recipe = recipeOf(contents);
  if (model !== undefined) {
    checkModel('loadSafetensors', model);
    return filled(model, contents, recipe);
  }
  if (!recipe)
    return Object.fromEntries(
      [...contents.tensors].map(([name, { values, shape }]) => [name, constant(values, shape)]),
    );
  checkExtent([recipe.model, recipe.pipeline]);
  try {
    const made = rebuilt(recipe.model);
    if (!isModel(made)) throw new FormatError('loadSafetensors: the configuration in the file is not that of a model');
    const steps = recipe.pipeline === undefined ? undefined : stepsOf(recipe.pipeline);
    const model = filled(made as Model, contents, recipe);
    return steps ? new Pipeline(steps.steps, model, steps.source) : model;
  } catch (cause) {
    // What factories and layers say to their caller is about the file here, which may hold anything.
    const given = cause instanceof OptionError || cause instanceof ShapeError;
    if (cause instanceof RegulusError && !given) throw cause;
    throw new FormatError(
      `loadSafetensors: the configuration in the file cannot be rebuilt (${(cause as Error).message}); build the model in code, and load the file into it`,
      { cause },
    );
  }
}

/** The model in a file: a checkpoint has other numbers beside it, whose names begin with '#'. */
function modelIn(contents: Contents): Contents {
  if (!contents.metadata.has(TRAINING)) return contents;
  return { ...contents, tensors: new Map([...contents.tensors].filter(([name]) => !name.startsWith('#'))) };
}

function recipeOf({ metadata }: Contents): Recipe | undefined {
  const text = metadata.get(KEY);
  if (text === undefined) return undefined;
  let recipe: Partial<Recipe> | undefined;
  try {
    recipe = JSON.parse(text) as Partial<Recipe>;
  } catch {
    recipe = undefined;
  }
  const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) > 0;
  if (!recipe?.model || !Array.isArray(recipe.shape) || !recipe.shape.every(isSize) || !Number.isFinite(recipe.seed))
    throw new FormatError(
      "loadSafetensors: the metadata 'regulus' is damaged; load the file into a model built in code",
    );
  if (recipe.format !== FORMAT)
    throw new FormatError(
      `loadSafetensors: the file has format ${shown(recipe.format)}, this version reads ${FORMAT}; use a newer version`,
    );
  if (recipe.shape.length > MOST_AXES)
    throw new FormatError(
      `loadSafetensors: the model is for examples of ${recipe.shape.length} axes, of at most ${MOST_AXES}`,
    );
  return recipe as Recipe;
}

/** Refuses a configuration that is larger than a model's, before anything is made of it. */
function checkExtent(model: unknown): void {
  const rest: { value: unknown; depth: number }[] = [{ value: model, depth: 1 }];
  let seen = 0;
  const refuse = (what: string): never => {
    throw new FormatError(
      `loadSafetensors: the configuration in the file has ${what}; build the model in code, and load the file into it`,
    );
  };
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, depth } = next;
    if (++seen > MOST_VALUES) refuse(`more than ${MOST_VALUES} values`);
    if (depth > DEEPEST) refuse(`more than ${DEEPEST} values within one another`);
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    for (const text of [value, ...inner.map(([key]) => key)])
      if (typeof text === 'string' && text.length > LONGEST) refuse(`a text of ${text.length} characters`);
    for (const [, item] of inner) rest.push({ value: item, depth: depth + 1 });
  }
}

/** Sets a model's parameters, and builds it first where the file says for which shape. Everything is checked before: a file
 *  that does not fit changes nothing and takes no memory, whatever sizes it names. */
function filled<M extends AnyModel>(model: M, { tensors }: Contents, recipe?: Recipe): M {
  const { part, parameters } = inside(model);
  if (recipe && !parameters) {
    const { specs } = survey(part, [2, ...recipe.shape]);
    checkFit(new Map(Object.entries(specs).map(([name, { shape }]) => [name, shape])), tensors);
    model.build(recipe.shape, { seed: recipe.seed });
  } else checkFit(new Map(model.parameters().map(({ name, shape }) => [name, shape])), tensors);
  for (const { name, set } of model.parameters()) set((tensors.get(name) as Stored).values);
  return model;
}

/** Refuses a file whose names or shapes are not those of the model, and says which. */
function checkFit(own: ReadonlyMap<string, Shape>, tensors: Contents['tensors']): void {
  const missing = [...own.keys()].filter((name) => !tensors.has(name));
  const strange = [...tensors.keys()].filter((name) => !own.has(name));
  if (missing.length || strange.length)
    throw new DataError(
      `loadSafetensors: the file does not fit the model: ${[
        ...(missing.length ? [`it lacks ${listed(missing)}`] : []),
        ...(strange.length ? [`the model lacks ${listed(strange)}`] : []),
      ].join('; ')}; build the model as it was when it was saved`,
    );
  const unequal = [...own].flatMap(([name, shape]) => {
    const stored = (tensors.get(name) as Stored).shape;
    return sameShape(stored, shape) ? [] : [`${name} is ${show(stored)} in the file and ${show(shape)} in the model`];
  });
  if (unequal.length)
    throw new DataError(`loadSafetensors: ${listed(unequal)}; dense weights are [in, out] here, nothing is transposed`);
}

const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
