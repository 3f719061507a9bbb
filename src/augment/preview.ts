import { refuseSealed } from '../data/leakage.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { type Examples, examplesOf } from '../nn/examples.js';
import { checkKeys, integer } from '../options.js';
import { stack } from '../ops/arrange.js';
import { seedKey } from '../random/keys.js';
import { type Augmentation, checkAugmentation, drawing } from './augmentation.js';

export interface PreviewOptions {
  /** Default 0. */
  seed?: number;
  /** The number of times that the images are drawn. Default 1. */
  draws?: number;
}

/** Shows images as training would see them: [draws, n, h, w, channels], draw k with the random numbers of step k.
 *  Throws a LeakageError for a sealed set, because looking at it would influence the choice of augmentations.
 *  @example augment.preview(augment.rotate({ degrees: 10 }), digits({ images: true }).take(5), { draws: 3 }).shape // [3, 5, 8, 8, 1] */
export function preview(augmentation: Augmentation, images: Examples, options: PreviewOptions = {}): Tensor {
  checkAugmentation('preview', 'augmentation', augmentation);
  checkKeys('preview', options, ['seed', 'draws']);
  const key = seedKey(options.seed ?? 0, 'preview');
  const draws = integer('preview', 'draws', options.draws ?? 1, 1, 1 << 16);
  refuseSealed('preview', images);
  const { x: values, shape, size, scale = 1 } = examplesOf('preview', images);
  const x = constant(
    Float32Array.from(values, (v) => v * Math.fround(scale)),
    [size, ...shape],
  );
  const steps = Array.from({ length: draws }, (_, k) => constant(Int32Array.of(k), [1]));
  return stack(steps.map((step) => augmentation.apply({ x }, drawing(key, step)).x));
}
