import { ShapeError } from '../errors.js';
import { flag, inRange, positive } from '../options.js';
import { show } from '../graph/shape.js';
import { view } from '../graph/leaves.js';
import { add, div, mul, scale, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/elementary.js';
import { stopGradient } from '../ops/reshape.js';
import { ones, zeros } from '../init/constants.js';
import { normalizedColumns } from './normalized.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

export interface BatchNormOptions extends Named {
  /** The weight of a batch in the running statistics. Default 0.1. */
  momentum?: number;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Uses the running statistics in training too, and keeps them, weight and bias constant: for a network that is
   *  trained further on few rows. Default false. */
  frozen?: boolean;
}

/** Normalizes each feature by its mean and deviation over the batch, then applies · weight + bias (Ioffe & Szegedy
 *  2015). x [n, ..., features]. Training uses the batch's mean and biased variance; evaluation uses the running ones,
 *  which are (1 − momentum)·running + momentum·batch, with the unbiased variance, as in PyTorch. */
export function batchNorm(options: BatchNormOptions = {}): CallableLayer {
  checkOptions('batchNorm', options, ['momentum', 'eps', 'frozen']);
  const momentum = inRange('batchNorm', 'momentum', options.momentum ?? 0.1, 0, 1);
  const eps = positive('batchNorm', 'eps', options.eps ?? 1e-5);
  const frozen = flag('batchNorm', 'frozen', options.frozen ?? false);
  return layer({
    config: { name: 'batchNorm', options: { momentum, eps, ...(frozen && { frozen }), ...named(options) } },
    overBatch: !frozen,
    parameters: (shape) => {
      const features = [shape[shape.length - 1]];
      return {
        weight: { shape: features, init: ones(), kind: 'norm', trainable: !frozen },
        bias: { shape: features, init: zeros(), kind: 'norm', trainable: !frozen },
        running_mean: { shape: features, init: zeros(), kind: 'norm', trainable: false },
        running_var: { shape: features, init: ones(), kind: 'norm', trainable: false },
      };
    },
    call(x, p, context) {
      if (!context.training || frozen) {
        const factor = div(p.weight, sqrt(add(p.running_var, eps)));
        return add(mul(sub(x, p.running_mean), factor), p.bias);
      }
      const features = x.shape[x.shape.length - 1];
      const count = x.size / features;
      if (count < 2)
        throw new ShapeError(
          `batchNorm: a batch of one ${show(x.shape)} has no variance; train on batches of at least two`,
        );
      const columns = { blocks: 1, length: count, features, width: 1, eps };
      const { y, moments } = normalizedColumns(x, p.weight, p.bias, columns);
      const running = (name: 'running_mean' | 'running_var', at: number, factor: number): void => {
        const now = scale(stopGradient(view(moments, at * features, [features])), factor);
        const { share } = context;
        const next = share
          ? add(mul(p[name], sub(1, share)), mul(now, share))
          : add(scale(p[name], 1 - momentum), scale(now, momentum));
        context.update(name, next);
      };
      running('running_mean', 0, 1);
      running('running_var', 1, count / (count - 1));
      return y;
    },
  });
}
