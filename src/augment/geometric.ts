import { made } from '../config.js';
import type { Tensor } from '../graph/tensor.js';
import { uniform } from '../ops/random.js';
import { warp } from '../ops/warp.js';
import { rowsOf } from './affine.js';
import { type Augmentation, type Images, imagesOf, type Motion, type Setting } from './augmentation.js';

/** Moves images by a map. `name` is for error messages. */
export function moved(name: string, x: Tensor, moves: (images: Images) => Motion): Tensor {
  const images = imagesOf(name, x);
  const { affine, size } = moves(images);
  return warp(x, rowsOf(affine, images.n), size);
}

/** An augmentation that moves pixels. */
export const geometric = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  moves: (images: Images, setting: Setting) => Motion,
): Augmentation =>
  made({
    config: { name, options },
    moves,
    apply: (batch, setting) =>
      setting.training ? { ...batch, x: moved(name, batch.x, (images) => moves(images, setting)) } : batch,
  });

/** Draws a number from [low, high) for each image. */
export function each({ n }: Pick<Images, 'n'>, low: number, high: number, setting: Setting): Tensor {
  const { draw, step } = setting.draw();
  return uniform([n], low, high, draw, step);
}
