import { checkKeys, inRange } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { normal } from '../ops/random.js';
import { type Augmentation, ofImages } from './augmentation.js';

export interface NoiseOptions {
  /** The standard deviation, in the units of x. */
  std: number;
}

/** Adds N(0, std²) to every number of x, which may have any shape.
 *  @example augment.gaussianNoise({ std: 0.1 }) */
export function gaussianNoise(options: NoiseOptions): Augmentation {
  checkKeys('gaussianNoise', options, ['std'], true);
  const std = inRange('gaussianNoise', 'std', options.std, 0);
  return ofImages('gaussianNoise', { std }, (x, setting) => {
    const { draw, step } = setting.draw();
    return add(x, normal(x.shape, 0, std, draw, step));
  });
}
