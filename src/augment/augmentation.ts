import { type Configured, made } from '../config.js';
import { OptionError } from '../errors.js';
import { input } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { shown } from '../options.js';
import { asTensor, IMAGES } from '../ops/operand.js';
import type { Draw } from '../ops/random.js';
import type { Pair } from '../ops/window.js';
import { type Key, streams } from '../random/keys.js';
import type { Affine } from './affine.js';

/** One thing, or one for each head. */
export type PerHead<T> = T | Readonly<Record<string, T>>;

/** What a step sees of its data. */
export interface Batch {
  /** Images [n, h, w, channels]; what moves no pixels takes any rows. */
  readonly x: Tensor;
  readonly y?: PerHead<Tensor>;
  /** Where y is labels: of how many classes. 0, the default: y is numbers, or rows of a class's shares. */
  readonly classes?: PerHead<number>;
}

/** When and where an augmentation is applied. */
export interface Setting {
  readonly training: boolean;
  /** Random numbers of this call alone, and the counter that makes every step's different. */
  draw(): { draw: Draw; step: Tensor };
}

/** Images of one batch: how many, and their height and width. */
export interface Images {
  readonly n: number;
  readonly size: Pair;
}
/** Where pixels come from, and the size of what they make. */
export interface Motion {
  readonly affine: Affine;
  readonly size: Pair;
}

/** A random change of training data that leaves their meaning as it is: the model sees other examples in every epoch. */
export interface Augmentation extends Configured {
  /** The batch, changed; in evaluation as it was, at most cropped. */
  apply(batch: Batch, setting: Setting): Batch;
  /** Those that do nothing but move pixels, as an affine map in training: neighbours in `compose` become one. */
  readonly moves?: (images: Images, setting: Setting) => Motion;
}

/** Refuses what is no augmentation. */
export function checkAugmentation(where: string, name: string, part: Augmentation): void {
  if (typeof part !== 'object' || part === null || typeof part.apply !== 'function' || !('config' in part))
    throw new OptionError(
      `${where}: ${name} is ${shown(part)}; augmentations are made by calling, such as augment.rotate({ degrees: 10 })`,
    );
}

/** Training's setting: random numbers of a seed's key, another stream for each draw, for the step that a counter [1] holds. */
export function drawing(key: Key, step: Tensor): Setting {
  let stream: number = streams.augment;
  return { training: true, draw: () => ({ draw: { key, stream: stream++ }, step }) };
}

/** Evaluation's setting. */
export const still: Setting = {
  training: false,
  draw() {
    throw new OptionError(
      'augment: random numbers are drawn in training only; return the batch as it is in evaluation',
    );
  },
};

/** The shape that a model sees of examples of this shape. */
export const shapeAfter = (augmentation: Augmentation, shape: Shape): Shape =>
  augmentation.apply({ x: input([1, ...shape]) }, still).x.shape.slice(1);

/** The images of x, or a ShapeError. */
export function imagesOf(where: string, x: Tensor): Images {
  asTensor(where, x, 'x', IMAGES);
  return { n: x.shape[0], size: [x.shape[1], x.shape[2]] };
}

/** An augmentation of x alone, in training. */
export const ofImages = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (x: Tensor, setting: Setting) => Tensor,
): Augmentation =>
  made({
    config: { name, options },
    apply: (batch, setting) => (setting.training ? { ...batch, x: f(batch.x, setting) } : batch),
  });
