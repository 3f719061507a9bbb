import { type Rename, renamed } from '../nn/renamed.js';
import { DataError, FormatError, OptionError, RegulusError, ShapeError, UnsupportedError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { MOST_AXES, sameShape, type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkKeys, flag, oneOf, record, refuse, shown } from '../options.js';
import { type AnyModel, built, checkModel, inside, isModel, type Model } from '../nn/model.js';
import { survey } from '../nn/walk.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { type AnyRaw, isRaw } from '../pipeline/raw.js';
import { recordOf, stepsOf } from '../pipeline/record.js';
import { rebuilt, toJson } from './configuration.js';
import { type Contents, parse, type Stored, write } from './format.js';
import { torchLayout } from './torchLayout.js';

/** The entry of a file's metadata from which Regulus rebuilds the model. */
interface Recipe {
  readonly format: number;
  readonly model: unknown;
  readonly shape: Shape;
  readonly seed: number;
  /** The layout of the tensors, where it is not Regulus's own. */
  readonly layout?: unknown;
  /** The steps before the model, and what they were fitted to. */
  readonly pipeline?: unknown;
}
const KEY = 'regulus';
/** The metadata key that marks a file as a checkpoint. */
export const TRAINING = 'regulus.training';
/** The newest format. A file gets the lowest that suffices: 1, or 2 where its numbers are laid out or scaled in another way than the model's. */
const FORMAT = 2;
/** Limits on a file's configuration, so that reading takes a moment only: depth of nesting, characters of a text, and number of values in
 *  all. Steps are read without making anything of their values. */
const DEEPEST = 200;
const OF_MODELS = { longest: 1000, most: 50_000 };
const OF_STEPS = { longest: 100_000, most: 2_000_000 };

export interface SaveOptions {
  /** The type of the numbers in the file: float32; IEEE half precision, whose largest number is 65,504; or bfloat16, which has the range of
   *  float32 and 8 bits of precision. Numbers are rounded to the nearest, ties to even, and too large ones become infinite, as in
   *  PyTorch. Default 'f32'. */
  dtype?: 'f32' | 'f16' | 'bf16';
  /** 'torch': shapes and the order of numbers as PyTorch's layers have them. Dense weights are [out, in], those of convolutions
   *  [out, in / groups, kh, kw], of transposed ones [in, out / groups, kh, kw]; features of flattened images are ordered channels first; batch
   *  normalizations have `num_batches_tracked`. Names stay as they are. Default 'regulus': as `parameters()` has them. */
  layout?: Layout;
  /** Texts of your own, which `readMetadata` reads. */
  metadata?: Readonly<Record<string, string>>;
}
export interface LoadOptions {
  /** How the file's numbers are laid out, as in `saveSafetensors`. It is never guessed. Default 'regulus'. */
  layout?: Layout;
  /** Sets the parameters of a built model that the file has; the others keep their numbers, and what the model lacks is skipped. Default
   *  false: names must be the same. */
  partial?: boolean;
  /** Maps names in the file to names in the model: a function, which skips a tensor by returning undefined, or an object of
   *  new names by old ones. */
  rename?: Rename;
}
type Layout = 'regulus' | 'torch';

const layoutOf = (where: string, layout: Layout = 'regulus'): Layout =>
  oneOf(where, 'layout', layout, ['regulus', 'torch']);
const TYPES = { f32: 'F32', f16: 'F16', bf16: 'BF16' } as const;
/** The metadata key by which PyTorch's readers recognize a file. */
const OF_TORCH = 'format';
const isOurs = (name: string): boolean => name === KEY || name.startsWith(`${KEY}.`);

function textsOf(metadata: SaveOptions['metadata'] = {}): Readonly<Record<string, string>> {
  const where = 'saveSafetensors';
  record(where, 'metadata', metadata, "texts by name, such as { author: 'me' }");
  for (const [name, text] of Object.entries(metadata)) {
    if (isOurs(name) || name === OF_TORCH)
      throw new OptionError(`${where}: metadata.${name} is the library's own; choose another name`);
    if (typeof text !== 'string') refuse(where, `metadata.${name}`, text, 'text; JSON.stringify makes some');
  }
  return metadata;
}

/** Writes a model as a safetensors file: all parameters by path, running statistics too, and the configuration that rebuilds it; of a pipeline
 *  also its steps, with all that they learned, and the names of features and classes.
 *
 *  Throws an OptionError for a pipeline that is not fitted, an UnsupportedError for steps of the user's own, and for layers that PyTorch has
 *  in another form where `layout` is 'torch'.
 *  @example await writeFile('model.safetensors', saveSafetensors(model, { dtype: 'f16' })) */
export function saveSafetensors(whole: AnyModel | Pipeline, options: SaveOptions = {}): Uint8Array {
  const where = 'saveSafetensors';
  const model = whole instanceof Pipeline ? whole.model : whole;
  checkModel(where, model);
  checkKeys(where, options, ['dtype', 'layout', 'metadata']);
  const dtype = TYPES[oneOf(where, 'dtype', options.dtype ?? 'f32', ['f32', 'f16', 'bf16'])];
  const own = textsOf(options.metadata);
  const { part, parameters, shape } = built(model);
  const layout = layoutOf(where, options.layout);
  const torch = layout === 'torch' ? torchLayout(where, part, [2, ...shape]) : undefined;
  const tensors = new Map(
    parameters.segments.map((s): [string, Stored] => {
      const values = parameters.get(s);
      return [s.name, { ...(torch?.to(s.name, values) ?? { shape: s.shape, values }), dtype }];
    }),
  );
  for (const name of torch?.counters ?? []) tensors.set(name, { shape: [], values: new Float32Array(1), dtype: 'I64' });
  return write(tensors, { ...metadataOf(whole, layout), ...(torch && { [OF_TORCH]: 'pt' }), ...own });
}

/** The metadata from which a built model can be rebuilt. */
export function metadataOf(whole: AnyRaw, layout: Layout = 'regulus'): Record<string, string> {
  const where = 'saveSafetensors';
  const model = isRaw(whole) ? whole.model : whole;
  const { shape, seed } = built(model);
  const pipeline = whole instanceof Pipeline ? toJson(recordOf(whole), where) : undefined;
  checkExtent(where, pipeline, OF_STEPS, 'the pipeline');
  const other = layout !== 'regulus';
  const recipe: Recipe = {
    format: other || (isRaw(whole) && whole.units) ? FORMAT : 1,
    model: toJson(model.config, where),
    shape,
    seed,
    ...(other && { layout }),
    ...(pipeline !== undefined && { pipeline }),
  };
  return { [KEY]: JSON.stringify(recipe) };
}

/** Reads the texts that a safetensors file has beside its tensors: those that were given to `saveSafetensors` as `metadata`, and those that other
 *  libraries wrote, such as `format`.
 *  @example readMetadata(saveSafetensors(nn.sequential([nn.dense(1)]).build([2]), { metadata: { author: 'me' } })) // {"author": "me"} */
export function readMetadata(bytes: Uint8Array): Record<string, string> {
  checkBytes('readMetadata', bytes);
  return Object.fromEntries([...parse(bytes, 'readMetadata').metadata].filter(([name]) => !isOurs(name)));
}

/** Reads a safetensors file. Without a model: the model or pipeline that was saved, where Regulus saved it, else the tensors by name, as
 *  stored. With a model, or a pipeline: sets its parameters by name, and returns it; nothing is transposed unless `layout` says that the file
 *  is PyTorch's. Names and shapes are all checked before the first number is set.
 *
 *  Throws a FormatError for damaged files, and without a model for configurations of more than 50,000 values or more than 200 within one
 *  another, or that ask for other parameters than the file has; with a model, a DataError where names or shapes differ; an OptionError where
 *  `rename` gives a name twice; an UnsupportedError for a model with layers or functions of the user's own. A model that was not built yet
 *  stays so where the file does not fit it. Where the file is no single-output model's, its type says so: `loadSafetensors<AnyModel>(bytes)`,
 *  `loadSafetensors<Record<string, Tensor>>(bytes)`.
 *  @example const model = loadSafetensors(await readFile('model.safetensors')) */
export function loadSafetensors<R extends AnyModel | Pipeline | Record<string, Tensor> = Model>(
  bytes: Uint8Array,
  model?: undefined,
  options?: LoadOptions,
): R;
export function loadSafetensors<M extends AnyModel | Pipeline>(bytes: Uint8Array, model: M, options?: LoadOptions): M;
export function loadSafetensors(
  bytes: Uint8Array,
  whole?: AnyModel | Pipeline,
  options: LoadOptions = {},
): AnyModel | Pipeline | Record<string, Tensor> {
  checkBytes(WHERE, bytes);
  checkKeys(WHERE, options, ['layout', 'partial', 'rename']);
  const layout = layoutOf(WHERE, options.layout);
  const partial = flag(WHERE, 'partial', options.partial ?? false);
  const contents = modelIn(parse(bytes));
  const tensors = renamed(WHERE, 'the file', contents.tensors, options.rename);
  const recipe = recipeOf(contents);
  if (recipe && (recipe.layout ?? 'regulus') !== layout)
    throw new DataError(
      `${WHERE}: the file was saved with layout: '${recipe.layout ?? 'regulus'}'; load it with the same layout`,
    );
  const how = { tensors, recipe, layout, partial };
  if (whole !== undefined) {
    const model = whole instanceof Pipeline ? whole.model : whole;
    checkModel(WHERE, model);
    filled(model, how);
    return whole;
  }
  if (partial || (layout === 'torch' && !recipe))
    throw new OptionError(
      `${WHERE}: ${partial ? 'partial' : 'layout'} is for a model that is loaded into; give one, loadSafetensors(bytes, model, …)`,
    );
  if (!recipe)
    return Object.fromEntries([...tensors].map(([name, { values, shape }]) => [name, constant(values, shape)]));
  checkExtent(WHERE, recipe.model, OF_MODELS);
  checkExtent(WHERE, recipe.pipeline, OF_STEPS);
  try {
    const made = rebuilt(recipe.model);
    if (!isModel(made)) throw new FormatError(`${WHERE}: the configuration in the file is not that of a model`);
    const steps = recipe.pipeline === undefined ? undefined : stepsOf(recipe.pipeline);
    const model = filled(made as Model, how);
    return steps ? new Pipeline(steps.steps, model, steps.source, steps.target) : model;
  } catch (cause) {
    // Errors of factories and layers are about the file here, not about the caller's arguments.
    const given = cause instanceof OptionError || cause instanceof ShapeError || cause instanceof DataError;
    if (cause instanceof RegulusError && !given) throw cause;
    throw new FormatError(
      `${WHERE}: the configuration in the file cannot be rebuilt (${(cause as Error).message}); build the model in code, and load the file into it`,
      { cause },
    );
  }
}
const WHERE = 'loadSafetensors';

function checkBytes(where: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array))
    throw new OptionError(`${where}: ${shown(bytes)} is not a file's bytes; give a Uint8Array`);
}

/** The model's part of a file's contents: a checkpoint has other numbers too, whose names begin with '#'. */
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
  if (recipe.format !== 1 && recipe.format !== FORMAT)
    throw new FormatError(
      `loadSafetensors: the file has format ${shown(recipe.format)}, this version reads 1 to ${FORMAT}; use a newer version`,
    );
  if (recipe.shape.length > MOST_AXES)
    throw new FormatError(
      `loadSafetensors: the model is for examples of ${recipe.shape.length} axes, of at most ${MOST_AXES}`,
    );
  return recipe as Recipe;
}

/** Refuses a configuration that is larger than a model's, before anything is made of it. */
function checkExtent(
  where: string,
  whole: unknown,
  { longest, most }: typeof OF_MODELS,
  what = 'the configuration in the file',
): void {
  const rest: { value: unknown; depth: number }[] = [{ value: whole, depth: 1 }];
  let seen = 0;
  const refuse = (found: string): never => {
    const inFile = where === WHERE;
    throw new (inFile ? FormatError : UnsupportedError)(
      `${where}: ${what} has ${found}; ${inFile ? 'build the model in code, and load the file into it' : 'save pipeline.model, and keep the steps in code'}`,
    );
  };
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, depth } = next;
    if (++seen > most) refuse(`more than ${most} values`);
    if (depth > DEEPEST) refuse(`more than ${DEEPEST} values within one another`);
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    for (const text of [value, ...inner.map(([key]) => key)])
      if (typeof text === 'string' && text.length > longest) refuse(`a text of ${text.length} characters`);
    for (const [, item] of inner) rest.push({ value: item, depth: depth + 1 });
  }
}

interface Filling {
  readonly tensors: Contents['tensors'];
  readonly recipe?: Recipe;
  readonly layout: Layout;
  readonly partial: boolean;
}

/** Sets a model's parameters, and builds it first where the file says for which shape. Everything is checked before: a file
 *  that does not fit changes nothing and takes no memory, whatever sizes it names. */
function filled<M extends AnyModel>(model: M, { tensors, recipe, layout, partial }: Filling): M {
  const { part, parameters } = inside(model);
  // Building would allocate memory of whatever size the file claims.
  const builds = !parameters && !partial ? recipe : undefined;
  const { shape } = builds ?? built(model);
  const torch = layout === 'torch' ? torchLayout(WHERE, part, [2, ...shape]) : undefined;
  const own = builds
    ? Object.entries(survey(part, [2, ...shape]).specs)
    : model.parameters().map((p) => [p.name, p] as const);
  const stored = new Map([...tensors].filter(([name]) => !torch?.counters.includes(name)));
  checkFit(new Map(own.map(([name, spec]) => [name, torch?.shapeOf(name) ?? spec.shape])), stored, layout, partial);
  if (builds) model.build(shape, { seed: builds.seed });
  for (const { name, set } of model.parameters()) {
    const values = stored.get(name)?.values;
    if (values) set(torch?.from(name, values) ?? values);
  }
  return model;
}

/** Refuses a file whose names or shapes are not those of the model, and says which. */
function checkFit(
  own: ReadonlyMap<string, Shape>,
  tensors: Contents['tensors'],
  layout: Layout,
  partial: boolean,
): void {
  const missing = [...own.keys()].filter((name) => !tensors.has(name));
  const strange = [...tensors.keys()].filter((name) => !own.has(name));
  if (partial && missing.length === own.size)
    throw new DataError(
      `${WHERE}: the file has none of the model's parameters: it has ${listed(strange)}, the model ${listed(missing)}; give rename`,
    );
  if (!partial && (missing.length || strange.length))
    throw new DataError(
      `${WHERE}: the file does not fit the model: ${[
        ...(missing.length ? [`it lacks ${listed(missing)}`] : []),
        ...(strange.length ? [`the model lacks ${listed(strange)}`] : []),
      ].join('; ')}; build the model as it was when it was saved`,
    );
  const unequal = [...own].flatMap(([name, shape]) => {
    const stored = tensors.get(name)?.shape ?? shape;
    return sameShape(stored, shape) ? [] : [`${name} is ${show(stored)} in the file and ${show(shape)} in the model`];
  });
  if (unequal.length)
    throw new DataError(
      `${WHERE}: ${listed(unequal)}; ${
        layout === 'torch'
          ? "layout is 'torch': dense weights are [out, in] there"
          : "dense weights are [in, out] here, nothing is transposed; files of PyTorch take layout: 'torch'"
      }`,
    );
}

const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ') || 'nothing';
