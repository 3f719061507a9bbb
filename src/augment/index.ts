/** Augmentation: training data that change from step to step. */
export type { Augmentation, Batch, Images, Motion, PerHead, Setting } from './augmentation.js';
export type { Affine } from './affine.js';
export { compose } from './compose.js';
export { crop, type CropOptions } from './crop.js';
export { cutmix } from './cutmix.js';
export { cutout, type CutoutOptions } from './cutout.js';
export { flipHorizontal, type FlipOptions, flipVertical } from './flip.js';
export { gaussianNoise, type NoiseOptions } from './gaussianNoise.js';
export { mixup, type MixOptions } from './mixup.js';
export { preview, type PreviewOptions } from './preview.js';
export { rotate, type RotateOptions } from './rotate.js';
export { translate, type TranslateOptions } from './translate.js';
export { scale, type ScaleOptions, zoom, type ZoomOptions } from './zoom.js';
