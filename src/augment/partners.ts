import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, scale, sub } from '../ops/arithmetic.js';
import { less } from '../ops/compare.js';
import { floor } from '../ops/elementary.js';
import { gather, oneHot } from '../ops/gather.js';
import { permutation } from '../random/permutation.js';
import type { Batch, PerHead, Setting } from './augmentation.js';
import { each } from './geometric.js';

/** Draws a partner for each of n rows: indices [n], a permutation. The seed puts the rows in a random circle, and each
 *  step draws the distance along it to the partner. So every row, including itself, is equally probable as a partner,
 *  and neither JavaScript nor sorting is needed in a step. */
export function partners(n: number, setting: Setting): Tensor {
  const { draw } = setting.draw();
  const circle = permutation(n, draw.key, draw.stream);
  const place = new Float32Array(n);
  circle.forEach((row, at) => {
    place[row] = at;
  });
  const further = add(constant(place, [n]), floor(each({ n: 1 }, 0, n, setting)));
  const wrapped = sub(further, scale(sub(1, less(further, n)), n));
  return gather(constant(Float32Array.from(circle), [n]), wrapped);
}

/** share · t + (1 − share) · (t of the partner), row by row. */
export const mixed = (t: Tensor, partner: Tensor, share: Tensor): Tensor =>
  add(mul(t, share), mul(gather(t, partner), sub(1, share)));

/** Mixes targets. Labels become rows with a share for each class first, so the result has no labels. */
export function mixTargets({ y, classes = 0 }: Batch, partner: Tensor, share: Tensor): Pick<Batch, 'y' | 'classes'> {
  if (!y) return { classes };
  const mix = (t: Tensor, count = 0): Tensor => mixed(count ? oneHot(t, count) : t, partner, share);
  const of = (head: string): number => (typeof classes === 'number' ? classes : (classes[head] ?? 0));
  return { y: perHead(y, (t, head) => mix(t, of(head))), classes: 0 };
}
const isRecord = <T>(x: PerHead<T>): x is Readonly<Record<string, T>> => Object.getPrototypeOf(x) === Object.prototype;
const perHead = (y: PerHead<Tensor>, f: (t: Tensor, head: string) => Tensor): PerHead<Tensor> =>
  isRecord(y) ? Object.fromEntries(Object.entries(y).map(([head, t]) => [head, f(t, head)])) : f(y, '');
