import { describe, expect, test } from 'vitest';
import { digits } from '../../src/digits.js';
import { adam, crossEntropy, evaluate, fit, nn, split } from '../../src/index.js';
import {
  choice,
  type Drawn,
  logUniform,
  search,
  type SearchOptions,
  type Study,
  uniform,
} from '../../src/sweep/index.js';

const { train, validation } = split(digits());
const space = { rate: logUniform(1e-4, 1e-1), units: choice([16, 64]), keep: uniform(0.3, 1) };

/** The best of a search on handwritten digits, and the updates that it took. */
async function searched(options: SearchOptions) {
  let updates = 0;
  const study: Study<Drawn<typeof space>> = async ({ rate, units, keep }, { resource, seed, signal, checkpoint }) => {
    const model = nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dropout({ keep }), nn.dense(10)]);
    await fit(model, train, {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: rate }),
      epochs: resource,
      seed,
      signal,
      checkpoint,
      onStep: () => {
        updates++;
      },
    });
    const { loss } = evaluate(model, validation);
    model.dispose();
    return loss;
  };
  const { best } = await search(study, space, options as never);
  return { best, updates };
}

describe('halving on handwritten digits ends with the best of all, for at most 40 % of the updates', () => {
  test.each([1, 2, 3])(
    'seed %i',
    async (seed) => {
      const common = { trials: 9, maxResource: 27, seed };
      const all = await searched(common);
      const halved = await searched({ ...common, method: 'halving', minResource: 5 });
      expect(halved.updates / all.updates).toBeLessThanOrEqual(0.4);
      expect(halved.best).toMatchObject({ trial: all.best?.trial, value: all.best?.value, resource: 27 });
    },
    120_000,
  );
});
