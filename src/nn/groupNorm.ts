import { ShapeError } from '../errors.js';
import { integer, positive } from '../options.js';
import { show } from '../graph/shape.js';
import { ones, zeros } from '../init/constants.js';
import { normalizedColumns } from './normalized.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** Normalizes groups of channels of each example by their mean and deviation over places and channels, then applies ·
 *  weight + bias for each channel (Wu & He 2018); the same in training and evaluation. x [n, …, channels]. `eps`
 *  (default 1e-5) is added to the variance.
 *  @example nn.groupNorm(4) */
export function groupNorm(groups: number, options: { eps?: number } & Named = {}): CallableLayer {
  integer('groupNorm', 'groups', groups, 1);
  checkOptions('groupNorm', options, ['eps']);
  const eps = positive('groupNorm', 'eps', options.eps ?? 1e-5);
  return layer({
    config: { name: 'groupNorm', options: { groups, eps, ...named(options) } },
    parameters: (shape) => ({
      weight: { shape: shape.slice(-1), init: ones(), kind: 'norm' },
      bias: { shape: shape.slice(-1), init: zeros(), kind: 'norm' },
    }),
    call(x, p) {
      const channels = x.shape[x.shape.length - 1];
      if (channels % groups)
        throw new ShapeError(`groupNorm: ${channels} channels of ${show(x.shape)} do not fall into ${groups} groups`);
      const length = x.size / x.shape[0] / channels;
      const columns = { blocks: x.shape[0], length, features: channels, width: channels / groups, eps };
      return normalizedColumns(x, p.weight, p.bias, columns).y;
    },
  });
}
