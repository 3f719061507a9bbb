import type { Config } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { flag, integer } from '../options.js';
import * as arithmetic from '../ops/arithmetic.js';
import { concat as concatenated } from '../ops/arrange.js';

import { sqrt } from '../ops/elementary.js';
import { sum } from '../ops/reduce.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** A layer of several inputs, which nn.graph gives it as a list. */
const join = (name: string, options: Config['options'], f: (xs: readonly Tensor[]) => Tensor): CallableLayer =>
  layer({ config: { name, options }, joins: true, call: (_, __, { inputs }) => f(inputs) });
/** A join of two at a time. */
const folded = (name: string, options: Named, f: (a: Tensor, b: Tensor) => Tensor): CallableLayer => {
  checkOptions(name, options, []);
  return join(name, { ...options }, (xs) => xs.reduce(f));
};

/** The sum of several tensors, which broadcast: nn.add()([a, b]). */
export const add = (options: Named = {}): CallableLayer => folded('add', options, arithmetic.add);
/** The product of several tensors, element by element; they broadcast. */
export const multiply = (options: Named = {}): CallableLayer => folded('multiply', options, arithmetic.mul);
/** The largest of several tensors, element by element; they broadcast. */
export const maximum = (options: Named = {}): CallableLayer => folded('maximum', options, arithmetic.maximum);
/** The mean of several tensors, element by element; they broadcast. */
export function average(options: Named = {}): CallableLayer {
  checkOptions('average', options, []);
  return join('average', { ...options }, (xs) => arithmetic.scale(xs.reduce(arithmetic.add), 1 / xs.length));
}

/** Puts several tensors side by side along an axis of theirs; the batch is axis 0. Default −1, the features.
 *  @example
 *  const model = nn.graph({ user: [4], item: [3] }, ({ user, item }) => nn.dense(1)(nn.concat()([user, item]))) */
export function concat(options: { axis?: number } & Named = {}): CallableLayer {
  checkOptions('concat', options, ['axis']);
  const axis = integer('concat', 'axis', options.axis ?? -1, -Infinity);
  if (axis === 0) throw new OptionError('concat: axis is 0, the batch; an example joins features along axis 1 or more');
  return join('concat', { axis, ...named(options) }, (xs) => concatenated(xs, axis));
}

/** The dot product of the last axes of two tensors: [n, d], [n, d] → [n, 1]. With `normalize` that of unit vectors: the
 *  cosine of the angle between them. */
export function dot(options: { normalize?: boolean } & Named = {}): CallableLayer {
  checkOptions('dot', options, ['normalize']);
  const normalize = flag('dot', 'normalize', options.normalize ?? false);
  const along = (a: Tensor, b: Tensor): Tensor => sum(arithmetic.mul(a, b), -1, true);
  return join('dot', { normalize, ...named(options) }, (xs) => {
    const [a, b] = xs;
    if (xs.length !== 2 || a.shape[a.shape.length - 1] !== b.shape[b.shape.length - 1])
      throw new ShapeError(
        `dot: takes two tensors of equal length, not ${xs.map(({ shape }) => show(shape)).join(', ')}`,
      );
    if (!normalize) return along(a, b);
    // Vectors of length 0 have no direction; their cosine is 0.
    const squares = arithmetic.maximum(arithmetic.mul(along(a, a), along(b, b)), TINY);
    return arithmetic.div(along(a, b), sqrt(squares));
  });
}
const TINY = 1e-24;
