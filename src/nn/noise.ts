import { OptionError } from '../errors.js';
import { inRange } from '../options.js';
import { full } from '../graph/leaves.js';
import { add, mul, scale } from '../ops/arithmetic.js';
import { drop, normal } from '../ops/random.js';
import { type DropoutOptions, dropoutOptions } from './dropout.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** Dropout of whole channels (Tompson et al. 2015): neighbouring pixels carry the same information, so removing single
 *  ones has little effect. x [n, …, channels]: one draw for each image and channel.
 *  @example nn.spatialDropout({ keep: 0.8 }) */
export function spatialDropout(options: DropoutOptions = {}): CallableLayer {
  const { keep, scaling } = dropoutOptions('spatialDropout', options);
  return layer({
    config: { name: 'spatialDropout', options: { keep, scaling, ...named(options) } },
    call(x, _, context) {
      if (keep === 1) return x;
      if (!context.noisy) return scaling === 'test' ? scale(x, keep) : x;
      const { draw, step } = context.draw();
      const mask = full([x.shape[0], ...x.shape.slice(1, -1).map(() => 1), x.shape[x.shape.length - 1]], 1);
      return mul(x, drop(mask, keep, scaling === 'train' ? 1 / keep : 1, draw, step));
    },
  });
}

/** Multiplies by N(1, (1 − keep)/keep) in training (Srivastava et al. 2014): noise of the same mean and variance as
 *  dropout.
 *  @example nn.gaussianDropout({ keep: 0.8 }) */
export function gaussianDropout(options: { keep?: number } & Named = {}): CallableLayer {
  checkOptions('gaussianDropout', options, ['keep']);
  const keep = inRange('gaussianDropout', 'keep', options.keep ?? 0.5, 0, 1);
  if (keep === 0)
    throw new OptionError(
      'gaussianDropout: keep is 0, which retains no unit; keep is the probability of being retained, above 0',
    );
  const std = Math.sqrt((1 - keep) / keep);
  return layer({
    config: { name: 'gaussianDropout', options: { keep, ...named(options) } },
    call(x, _, context) {
      if (!context.noisy || keep === 1) return x;
      const { draw, step } = context.draw();
      return mul(x, normal(x.shape, 1, std, draw, step));
    },
  });
}

/** Adds N(0, std²) in training: noise on the input of a linear model is weight decay (Bishop 1995).
 *  @example nn.gaussianNoise({ std: 0.1 }) */
export function gaussianNoise(options: { std: number } & Named = { std: 0.1 }): CallableLayer {
  checkOptions('gaussianNoise', options, ['std']);
  const std = inRange('gaussianNoise', 'std', options.std, 0);
  return layer({
    config: { name: 'gaussianNoise', options: { std, ...named(options) } },
    call(x, _, context) {
      if (!context.noisy || std === 0) return x;
      const { draw, step } = context.draw();
      return add(x, normal(x.shape, 0, std, draw, step));
    },
  });
}
