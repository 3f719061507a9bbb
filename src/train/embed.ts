import { type Augmentation, checkAugmentation, drawing } from '../augment/augmentation.js';
import { realize } from '../compile/realize.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { DataStream } from '../data/stream.js';
import { StreamReader } from '../data/streamReader.js';
import { OptionError } from '../errors.js';
import { constant, input } from '../graph/leaves.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { built, checkModel, type Model } from '../nn/model.js';
import type { Rows } from '../nn/examples.js';
import { checkKeys, integer } from '../options.js';
import { type Key, seedKey } from '../random/keys.js';

export interface EmbedOptions {
  /** The number of rows that the model is given at once. It changes the memory that is needed, not the features. Default 32. */
  batchSize?: number;
  /** Changes the copies, as `augment` of fit changes a batch: for images. */
  augment?: Augmentation;
  /** The number of changed copies of each row, which follow the rows themselves. Default 1 with `augment`, else 0. */
  copies?: number;
  /** The seed of the changes. Default 0. */
  seed?: number;
}

/** The rows that are changed at once: the changes of a row depend on its place, and not on batchSize. */
const CHUNK = 64;

/** The outputs of a model for all rows of a data set, as the rows of a new one with the same targets: a frozen model runs
 *  once over the data, and a small one learns on what it says. x [n, …shape] → [n, …the model's output]. With `augment`,
 *  changed copies of all rows follow, which makes (1 + copies)·n rows. A sealed set stays sealed, and is not counted as
 *  opened, since its targets are not looked at. A stream gives a stream, whose features are computed as they are read.
 *  @example
 *  const backbone = nn.sequential([nn.conv2d(8, 3, { activation: 'relu' }), nn.flatten()])
 *  const features = embed(backbone, digits({ images: true }).take(20), { augment: augment.translate({ pixels: 1 }), copies: 2 })
 *  features.size // 60 */
export function embed(model: Model, data: Dataset, options?: EmbedOptions): Dataset;
export function embed(model: Model, data: DataStream, options?: Pick<EmbedOptions, 'batchSize'>): DataStream;
export function embed(model: Model, data: Dataset | DataStream, options: EmbedOptions = {}): Dataset | DataStream {
  checkModel('embed', model);
  checkKeys('embed', options, ['batchSize', 'augment', 'copies', 'seed']);
  const { augment } = options;
  const batchSize = integer('embed', 'batchSize', options.batchSize ?? 32, 1);
  const copies = integer('embed', 'copies', options.copies ?? (augment ? 1 : 0), 0);
  const key = seedKey(options.seed ?? 0, 'embed');
  if (augment) checkAugmentation('embed', 'augment', augment);
  else if (copies) throw new OptionError(`embed: copies is ${copies}, and augment says how they differ; give it too`);
  if (data instanceof DataStream) {
    if (augment) throw new OptionError('embed: a stream has no copies; change its rows where they are made');
    return embeddedStream(model, data, batchSize);
  }
  checkDataset('embed', data);
  if (augment) refuseMixing(augment, data);
  let all = featuresOf(model, data, [data], batchSize);
  for (let copy = 0; copy < copies; copy++)
    all = all.concat(featuresOf(model, data, changed(data, augment as Augmentation, key, copy), batchSize));
  return all;
}

/** The set with the model's outputs for these rows, which are all of its rows in pieces. */
function featuresOf(model: Model, data: Dataset, pieces: Iterable<Rows>, batchSize: number): Dataset {
  let x = new Float32Array(0);
  let shape: Shape = [];
  let at = 0;
  for (const { seal: _, ...rows } of pieces) {
    const features: unknown = model.predict(rows, { batchSize });
    if (!(features instanceof Tensor))
      throw new OptionError(
        `embed: the model has the outputs ${Object.keys(features as object).join(', ')}; take one of them: model.upTo(path)`,
      );
    shape = features.shape.slice(1);
    const width = sizeOf(shape);
    if (!at) x = new Float32Array(data.size * width);
    x.set(realize(features), at * width);
    at += rows.size;
  }
  // Lengths speak of steps, which features may not have any more.
  const lengths = shape.length > 1 && shape[0] === data.shape[0] ? data.lengths : undefined;
  const none = { featureNames: undefined, fields: undefined, inputs: undefined };
  return data.with({ ...none, x, shape, scale: 1, lengths });
}

/** Changes all rows as in one step of training, piece by piece. */
function* changed({ x, shape, size, scale }: Dataset, augment: Augmentation, key: Key, copy: number): Iterable<Rows> {
  const width = sizeOf(shape);
  for (let at = 0; at < size; at += CHUNK) {
    const rows = Math.min(CHUNK, size - at);
    const whole = Float32Array.from(x.subarray(at * width, (at + rows) * width), (v) => v * Math.fround(scale));
    const step = constant(Int32Array.of(copy * size + at), [1]);
    const made = augment.apply({ x: constant(whole, [rows, ...shape]) }, drawing(key, step)).x;
    yield { x: realize(made), shape: made.shape.slice(1), size: rows };
  }
}

/** Refuses augmentations that change targets, which features keep. */
function refuseMixing(augment: Augmentation, { shape, size }: Dataset): void {
  const [x, y] = [input([size, ...shape]), input([size])];
  if (augment.apply({ x, y }, drawing([0, 0], input([1]))).y !== y)
    throw new OptionError('embed: augment mixes targets, and copies keep theirs; give one that changes x alone');
}

/** A stream of the features of another. */
function embeddedStream(model: Model, data: DataStream, batchSize: number): DataStream {
  const { shape, classes, classNames, buffer, size } = data;
  async function* source(): AsyncIterable<Dataset> {
    const reader = new StreamReader(data);
    try {
      for (let last = false; !last; ) {
        const window = await reader.window(batchSize, false);
        last = window.last;
        yield featuresOf(model, window.data, [window.data], batchSize);
      }
    } finally {
      await reader.close();
    }
  }
  const { blueprint } = built(model, shape);
  return new DataStream(source, {
    shape: blueprint.output.slice(1),
    ...(classes && { classes: classNames ?? classes }),
    buffer,
    size,
  });
}
