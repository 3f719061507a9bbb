import { OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { reciprocal } from '../ops/elementary.js';
import type { Augmentation } from './augmentation.js';
import { factors, type Range } from './bounds.js';
import { each, geometric } from './geometric.js';

export interface ZoomOptions {
  /** The least and the largest factor; above 1 objects become larger. A number s means [1 − s, 1 + s]. */
  range: Range | number;
}
export interface ScaleOptions {
  /** Factors of the width: [low, high], or a number s for [1 − s, 1 + s]. */
  x?: Range | number;
  /** Factors of the height. */
  y?: Range | number;
}

/** Enlarges each image about its centre by a factor from the range, with bilinear interpolation and 0 outside.
 *  @example augment.zoom({ range: [0.9, 1.2] }) */
export function zoom(options: ZoomOptions): Augmentation {
  checkKeys('zoom', options, ['range'], true);
  const [low, high] = factors('zoom', 'range', options.range);
  return geometric('zoom', { ...options }, (images, setting) => {
    const f = reciprocal(each(images, low, high, setting));
    return { affine: [f, 0, 0, 0, f, 0], size: images.size };
  });
}

/** Enlarges each image along x and along y by independent factors.
 *  @example augment.scale({ x: 0.1, y: [1, 1.2] }) */
export function scale(options: ScaleOptions): Augmentation {
  checkKeys('scale', options, ['x', 'y'], true);
  if (options.x === undefined && options.y === undefined)
    throw new OptionError('scale: give x, y or both, as in scale({ x: [0.9, 1.1] })');
  const ranges = [factors('scale', 'x', options.x ?? 0), factors('scale', 'y', options.y ?? 0)];
  return geometric('scale', { ...options }, (images, setting) => {
    const [fx, fy] = ranges.map(([low, high]) => reciprocal(each(images, low, high, setting)));
    return { affine: [fx, 0, 0, 0, fy, 0], size: images.size };
  });
}
