import { OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { checkRate, type Rate, rateAt } from '../optim/schedule.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { copied } from '../ops/copy.js';
import { assign } from '../ops/storage.js';

/** A group of parameters with a learning rate of its own. */
export interface Group {
  /** The parameters of the group: 'weights', 'all', or a choice by name. A parameter belongs to the first group that names it. */
  only: Only;
  /** The learning rate, a number or a schedule; 0 freezes the parameters, which keep every bit. */
  learningRate: Rate;
}

export function checkGroups(where: string, groups: readonly Group[]): readonly Group[] {
  for (const group of groups) {
    if (typeof group !== 'object' || group === null || group.learningRate === undefined)
      throw new OptionError(`${where}: groups are { only, learningRate }; a rate of 0 freezes`);
    checkKeys(`${where}: groups`, group, ['only', 'learningRate']);
    checkOnly(`${where}: groups`, group.only);
    checkRate(`${where}: groups`, group.learningRate);
  }
  return groups;
}

/** Computes the groups' rates at update k, relative to the optimizer's own. */
export const sharesOf = (groups: readonly Group[], k: number, own: number): number[] =>
  groups.map(({ learningRate }) => (own === 0 ? 0 : rateAt(learningRate, k) / own));

/** Scales the optimizer's update for each group by the group's relative rate. */
export function byGroups(
  theta: Tensor,
  segments: readonly Segment[],
  groups: readonly Group[],
  shares: Tensor,
  update: () => Tensor,
): Tensor {
  const taken = new Set<Segment>();
  const pieces = groups.flatMap(({ only, learningRate }, i) =>
    selected(segments, only)
      .filter((segment) => !taken.has(segment))
      .map((segment) => {
        taken.add(segment);
        const before = copied(view(theta, segment.offset, [segment.size]));
        return { segment, before, share: learningRate === 0 ? undefined : view(shares, i, [1]) };
      }),
  );
  return pieces.reduce((vector, { segment: { offset, size }, before, share }) => {
    const moved = share && add(before, mul(sub(view(vector, offset, [size]), before), share));
    return assign(vector, moved ?? before, offset);
  }, update());
}
