import { OptionError } from '../errors.js';
import { sameShape, show } from '../graph/shape.js';
import { checkKeys, inRange } from '../options.js';
import { type AnyModel, built, checkModel, inside } from './model.js';
import { refuseOccupied } from './occupied.js';

/** Moves the parameters and running statistics of a model towards those of another one of the same structure:
 *  target ← (1 − share)·target + share·source. A share of 1 (the default) copies, a small one makes a slow average, as for
 *  target networks. An unbuilt target is built. Throws an OptionError where names or shapes differ.
 *  @example
 *  const online = nn.sequential([nn.dense(2)]).build([3])
 *  const target = online.clone()
 *  copyInto(target, online, { share: 0.01 }) */
export function copyInto(target: AnyModel, source: AnyModel, options: { share?: number } = {}): void {
  checkModel('copyInto: target', target);
  checkModel('copyInto: source', source);
  checkKeys('copyInto', options, ['share']);
  const share = inRange('copyInto', 'share', options.share ?? 1, 0, 1);
  refuseOccupied(target, 'copyInto');
  const { parameters: from, shape } = built(source);
  const { parameters: into } = built(target, inside(target).parameters ? undefined : shape);
  if (from.segments.length !== into.segments.length)
    throw new OptionError(
      `copyInto: source has ${from.segments.length} parameters and target has ${into.segments.length}; both must have the same`,
    );
  for (const { name, shape: own } of into.segments) {
    const other = from.find(name);
    if (!sameShape(own, other.shape))
      throw new OptionError(`copyInto: ${name} is ${show(other.shape)} in source and ${show(own)} in target`);
  }
  for (const segment of into.segments) {
    const values = from.get(from.find(segment.name));
    if (share !== 1) {
      const before = into.get(segment);
      for (let i = 0; i < values.length; i++) values[i] = (1 - share) * before[i] + share * values[i];
    }
    into.set(segment, values);
  }
}
