// One file for each claim.
import memory from './memory.mjs';
import augmentation from './augmentation.mjs';
import augmentationConvolutional from './augmentationConvolutional.mjs';
import augmentationNoisy from './augmentationNoisy.mjs';
import dropout from './dropout.mjs';
import dropoutConvolutional from './dropoutConvolutional.mjs';
import dropoutNoisy from './dropoutNoisy.mjs';
import adversarial from './adversarial.mjs';
import adversarialConvolutional from './adversarialConvolutional.mjs';
import adversarialDropout from './adversarialDropout.mjs';
import weightPenalties from './weightPenalties.mjs';
import l2Noisy from './l2Noisy.mjs';
import l1Noisy from './l1Noisy.mjs';
import l2DropoutNoisy from './l2DropoutNoisy.mjs';
import earlyStopping from './earlyStopping.mjs';
import earlyStoppingNoisy from './earlyStoppingNoisy.mjs';
import dropoutEarlyStoppingNoisy from './dropoutEarlyStoppingNoisy.mjs';
import labelSmoothing from './labelSmoothing.mjs';
import labelSmoothingNoisy from './labelSmoothingNoisy.mjs';
import batchNorm from './batchNorm.mjs';
import smallBatches from './smallBatches.mjs';
import inputNoise from './inputNoise.mjs';
import inputNoiseNoisy from './inputNoiseNoisy.mjs';
import together from './together.mjs';
import convolutional from './convolutional.mjs';

export const claims = {
  memory,
  augmentation,
  augmentationConvolutional,
  augmentationNoisy,
  dropout,
  dropoutConvolutional,
  dropoutNoisy,
  adversarial,
  adversarialConvolutional,
  adversarialDropout,
  weightPenalties,
  l2Noisy,
  l1Noisy,
  l2DropoutNoisy,
  earlyStopping,
  earlyStoppingNoisy,
  dropoutEarlyStoppingNoisy,
  labelSmoothing,
  labelSmoothingNoisy,
  batchNorm,
  smallBatches,
  inputNoise,
  inputNoiseNoisy,
  together,
  convolutional,
};
