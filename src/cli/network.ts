import { l1, type Model, nn } from '../index.js';
import type { Prepared } from './data.js';
import type { Given } from './options.js';

const when = <T>(wanted: boolean, make: () => T): T[] => (wanted ? [make()] : []);

/** Builds the network that the options describe. Its last parameters are those of a dense layer, into which `foldTarget` puts the target's scaling. */
export function networkOf(given: Given, { all }: Prepared): Model {
  const { layers, activation, keep } = given;
  const [inputKeep, std, lambda] = [given['input-keep'], given['input-noise'], given['activity-l1']];
  const hidden = layers.flatMap((units) => [
    ...(given['batch-norm'] === 'yes'
      ? [nn.dense(units), nn.batchNorm(), nn[activation]()]
      : [nn.dense(units, { activation })]),
    ...when(lambda > 0, () => nn.activityPenalty(l1(lambda))),
    ...when(keep < 1, () => nn.dropout({ keep })),
  ]);
  return nn.sequential([
    ...when(std > 0, () => nn.gaussianNoise({ std })),
    ...when(inputKeep < 1, () => nn.dropout({ keep: inputKeep })),
    ...hidden,
    nn.dense(all.kind === 'classes' ? all.classes : 1),
  ]);
}
