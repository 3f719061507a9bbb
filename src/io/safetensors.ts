import { DataError, FormatError, OptionError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { sameShape, type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { shown } from '../options.js';
import { built, inside, isModel, type Model } from '../nn/model.js';
import { rebuilt, toJson } from './configuration.js';
import { type Contents, parse, type Stored, write } from './format.js';

/** What Regulus keeps in a file's metadata, so that the model can be rebuilt. */
interface Recipe {
  readonly format: number;
  readonly model: unknown;
  readonly shape: Shape;
  readonly seed: number;
}
const KEY = 'regulus';
const FORMAT = 1;

/** A model as a safetensors file: all parameters by path, running statistics too, and the configuration that rebuilds it.
 *  @example await writeFile('model.safetensors', saveSafetensors(model)) */
export function saveSafetensors(model: Model): Uint8Array {
  if (!isModel(model)) throw new OptionError(`saveSafetensors: ${shown(model)} is not a model`);
  const { parameters, shape, seed } = built(model);
  const tensors = new Map(
    parameters.segments.map((s): [string, Stored] => [s.name, { shape: s.shape, values: parameters.get(s) }]),
  );
  const recipe: Recipe = { format: FORMAT, model: toJson(model.config), shape, seed };
  return write(tensors, { [KEY]: JSON.stringify(recipe) });
}

/** Reads a safetensors file. Without a model: the model that was saved, where Regulus saved it, else the tensors by name, as
 *  stored. With a model: sets its parameters by name, never transposed, and returns it; names and shapes are all checked
 *  before the first number is set.
 *
 *  Throws a FormatError for damaged files, a DataError where names or shapes differ, an UnsupportedError for a model with functions
 *  of the user's own.
 *  @example const model = loadSafetensors(await readFile('model.safetensors')) */
export function loadSafetensors(bytes: Uint8Array): Model | Record<string, Tensor>;
export function loadSafetensors(bytes: Uint8Array, model: Model): Model;
export function loadSafetensors(bytes: Uint8Array, model?: Model): Model | Record<string, Tensor> {
  if (!(bytes instanceof Uint8Array))
    throw new OptionError(`loadSafetensors: ${shown(bytes)} is not a file's bytes; give a Uint8Array`);
  const contents = parse(bytes);
  const recipe = recipeOf(contents);
  if (model !== undefined) {
    if (!isModel(model)) throw new OptionError(`loadSafetensors: ${shown(model)} is not a model`);
    if (!inside(model).parameters && recipe) model.build(recipe.shape, { seed: recipe.seed });
    return filled(model, contents);
  }
  if (!recipe)
    return Object.fromEntries(
      [...contents.tensors].map(([name, { values, shape }]) => [name, constant(values, shape)]),
    );
  const made = rebuilt(recipe.model);
  if (!isModel(made)) throw new FormatError('loadSafetensors: the configuration in the file is not that of a model');
  return filled(made.build(recipe.shape, { seed: recipe.seed }), contents);
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
  if (!recipe?.model || !Array.isArray(recipe.shape) || typeof recipe.seed !== 'number')
    throw new FormatError(
      "loadSafetensors: the metadata 'regulus' is damaged; load the file into a model built in code",
    );
  if (recipe.format !== FORMAT)
    throw new FormatError(
      `loadSafetensors: the file has format ${shown(recipe.format)}, this version reads ${FORMAT}; use a newer version`,
    );
  return recipe as Recipe;
}

function filled(model: Model, { tensors }: Contents): Model {
  const parameters = model.parameters();
  const own = new Set(parameters.map(({ name }) => name));
  const missing = parameters.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  const strange = [...tensors.keys()].filter((name) => !own.has(name));
  if (missing.length || strange.length)
    throw new DataError(
      `loadSafetensors: the file does not fit the model: ${[
        ...(missing.length ? [`it lacks ${missing.join(', ')}`] : []),
        ...(strange.length ? [`the model lacks ${strange.join(', ')}`] : []),
      ].join('; ')}`,
    );
  for (const { name, shape } of parameters) {
    const stored = tensors.get(name) as Stored;
    if (!sameShape(stored.shape, shape))
      throw new DataError(
        `loadSafetensors: ${name} is ${show(stored.shape)} in the file and ${show(shape)} in the model; dense weights are [in, out] here, nothing is transposed`,
      );
  }
  for (const { name, set } of parameters) set((tensors.get(name) as Stored).values);
  return model;
}
