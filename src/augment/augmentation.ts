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

/** One value for all heads, or one for each head by its name. */
export type PerHead<T> = T | Readonly<Record<string, T>>;

/** The data that a step trains on. */
export interface Batch {
  /** Images [n, h, w, channels], or any rows for augmentations that do not move pixels. */
  readonly x: Tensor;
  readonly y?: PerHead<Tensor>;
  /** The number of classes where y is labels. Default 0: y is values, or rows with a share for each class. */
  readonly classes?: PerHead<number>;
}

/** The mode in which an augmentation is applied, and its random numbers. */
export interface Setting {
  readonly training: boolean;
  /** The random numbers of this call alone, and the counter that makes them differ from step to step. */
  draw(): { draw: Draw; step: Tensor };
}

/** The number of images in a batch, with their height and width. */
export interface Images {
  readonly n: number;
  readonly size: Pair;
}
/** The map that says where pixels come from, and the size of the resulting images. */
export interface Motion {
  readonly affine: Affine;
  readonly size: Pair;
}

/** A random change of training data that does not change their meaning, so that the model sees different examples in
 *  every epoch. */
export interface Augmentation extends Configured {
  /** Returns the changed batch. In evaluation it is unchanged, except for a crop. */
  apply(batch: Batch, setting: Setting): Batch;
  /** The affine map in training, for augmentations that only move pixels: neighbours in `compose` become one map. */
  readonly moves?: (images: Images, setting: Setting) => Motion;
}

/** Refuses anything but an augmentation. */
export function checkAugmentation(where: string, name: string, part: Augmentation): void {
  if (typeof part !== 'object' || part === null || typeof part.apply !== 'function' || !('config' in part))
    throw new OptionError(
      `${where}: ${name} is ${shown(part)}; augmentations are made by calling, such as augment.rotate({ degrees: 10 })`,
    );
}

/** The setting for training: random numbers from the key of a seed, with a stream for each draw, for the step that a
 *  counter [1] holds. */
export function drawing(key: Key, step: Tensor): Setting {
  let stream: number = streams.augment;
  return { training: true, draw: () => ({ draw: { key, stream: stream++ }, step }) };
}

/** The setting for evaluation. */
export const still: Setting = {
  training: false,
  draw() {
    throw new OptionError(
      'augment: random numbers are drawn in training only; return the batch as it is in evaluation',
    );
  },
};

/** The shape of examples of this shape after the augmentation. */
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
