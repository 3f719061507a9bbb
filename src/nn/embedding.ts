import { integer } from '../options.js';
import { embedding as rows } from '../ops/gather.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { normal } from '../init/random.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';

/** Looks up a row of units for each of `count` ids: whole numbers [n, …] from 0 to count − 1 → [n, …, units], with
 *  weight [count, units], by default from N(0, 1) as in PyTorch. The gradient of a row is the sum over its uses. Other
 *  numbers are a DataError in predictions, in evaluation, and before training begins.
 *  @example nn.sequential([nn.embedding(1000, 16), nn.flatten(), nn.dense(2)]) */
export function embedding(count: number, units: number, options: { init?: Initializer } & Named = {}): CallableLayer {
  integer('embedding', 'count', count, 1);
  integer('embedding', 'units', units, 1);
  checkOptions('embedding', options, ['init']);
  const init = initOf('embedding', options.init, normal);
  return layer({
    config: { name: 'embedding', options: { count, units, ...options } },
    parameters: () => ({
      weight: { shape: [count, units], init, kind: 'weight' },
    }),
    ids: count,
    call: (x, p) => rows(x, p.weight),
  });
}
