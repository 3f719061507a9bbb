import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { DivergenceError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, rule, sam, sgd } from '../../src/optim/index.js';
import { adversarial, earlyStopping, ema, fgsm, swa, weightNoise } from '../../src/regularize/index.js';
import { fit, type FitOptions } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

/** y = 3x with a rate that is far too large: the weight more than doubles with every update. */
const rows = Array.from({ length: 64 }, (_, i) => [(i % 16) - 8]);
const line = dataset({ x: rows, y: rows.map(([x]) => [3 * x]), classes: false });
const copy = line.rows([...rows.keys()]);
const steep = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: mse(),
  optimizer: sgd({ learningRate: 1 }),
  epochs: 30,
  batchSize: 2,
  onDivergence: 'rollback',
  ...more,
});
const network = () => nn.sequential([nn.dense(1)]).build([1]);

describe('going back', () => {
  test('to the epoch’s beginning with half the rate, as often as it takes; the history says so', async () => {
    const model = network();
    const steps: number[] = [];
    const run = await fit(model, line, steep({ onStep: ({ step }) => void steps.push(step) }));
    const backs = run.history.flatMap(({ rollbacks = [] }) => rollbacks);
    expect(backs.length).toBeGreaterThan(2);
    backs.forEach(({ step, layer, learningRate }, i) => {
      expect(learningRate).toBe(0.5 ** (i + 1));
      expect(layer).toBe('0');
      expect(step).toBeGreaterThan(0);
    });
    const last = run.history.at(-1);
    expect(last?.learningRate).toBe(0.5 ** backs.length);
    expect(last?.training.loss).toBeLessThan(1e-3);
    expect(run.history.map(({ step }) => step)).toEqual(run.history.map((_, i) => 32 * (i + 1)));
    expect(steps.filter((step) => step === 0).length).toBe(1 + (run.history[0].rollbacks?.length ?? 0));
    expect(run.report()).toContain('epoch 1 went back from step ');
    const [weight] = model.parameters()[0].get();
    expect(weight).toBeCloseTo(3, 2);
  });
  test('takes states and averages along, and does not depend on slices', async () => {
    const trained = async (more: Partial<FitOptions>) => {
      const model = network();
      const optimizer = sgd({ learningRate: 1, momentum: 0.5 });
      await fit(model, line, steep({ optimizer, average: ema({ decay: 0.9 }), epochs: 8, ...more }));
      return model.state();
    };
    const one = await trained({});
    expect(await trained({ onStep: () => undefined })).toEqual(one);
    expect(Number.isFinite(one['0.weight'][0])).toBe(true);
  });
  test('halves the rates of groups too', async () => {
    const model = network();
    const run = await fit(model, line, steep({ groups: { only: '0.weight' as never, learningRate: 1 } })).catch(
      (error: unknown) => error,
    );
    expect(run).toBeInstanceOf(OptionError);
    const other = network();
    await fit(other, line, steep({ groups: { only: (name) => name === '0.weight', learningRate: 1 } }));
    expect(other.parameters()[0].get()[0]).toBeCloseTo(3, 2);
  });
  test('keeps what early stopping had kept', async () => {
    const model = network();
    const stop = earlyStopping({ patience: 200, every: { steps: 5 } });
    const run = await fit(model, line, steep({ validation: copy, stop }));
    expect(run.best?.value).toBeLessThan(1);
    expect(model.parameters()[0].get()[0]).toBeCloseTo(3, 0);
  });
  // Where an epoch has few updates, the parameters at its end are often finite and yet too large for any further
  // update.
  test.each(['full', 32, 16] as const)('to where a way on exists, with batches of %s', async (batchSize) => {
    const model = nn.sequential([nn.dense(1, { bias: false })]).build([1]);
    const run = await fit(model, line, steep({ batchSize, epochs: 100 }));
    expect(run.history.flatMap(({ rollbacks = [] }) => rollbacks).length).toBeGreaterThan(2);
    expect(run.stopped.epoch).toBe(100);
    expect(model.parameters()[0].get()[0]).toBeCloseTo(3, 3);
  });
  test('no further than where stop has looked, and nothing is looked at twice', async () => {
    const heard: number[] = [];
    let looks = 0;
    const stop = earlyStopping({ patience: 200, every: { steps: 5 } });
    const counting: typeof stop = {
      ...stop,
      update: (state, value) => {
        looks++;
        return stop.update(state, value);
      },
    };
    const onStep = ({ step }: { step: number }) => void heard.push(step);
    const run = await fit(network(), line, steep({ epochs: 6, validation: copy, stop: counting, onStep }));
    const backs = run.history.flatMap(({ rollbacks = [] }) => rollbacks);
    const again = heard.flatMap((step, i) => (i && step <= heard[i - 1] ? [step] : []));
    expect(again.some((step) => step > 0)).toBe(true);
    // A divergence that was found by a trial update was not reported as a step, so no step is missing either way.
    expect(again.length).toBeLessThanOrEqual(backs.length);
    again.forEach((step) => expect(step % 5 === 0 || step % 32 === 0, `${step}`).toBe(true));
    expect(looks).toBe(Math.floor((6 * 32) / 5));
    expect(heard.length - new Set(heard).size).toBeLessThan(5 * (backs.length + 1));
  });
  test.each<[string, Partial<FitOptions>]>([
    ['looks between epochs', { validation: copy, stop: earlyStopping({ patience: 200, every: { steps: 5 } }) }],
    ['updates of several batches', { accumulate: 3, optimizer: sgd({ learningRate: 3, momentum: 0.5 }) }],
    ['second gradients and noise', { optimizer: sam(sgd({ learningRate: 1 })), noise: weightNoise({ std: 0.01 }) }],
    ['an average of stochastic weights', { average: swa({ start: { epochs: 2 } }) }],
  ])('with %s, wherever slices end', async (_, more) => {
    const trained = async (onStep?: FitOptions['onStep']) => {
      const model = network();
      const run = await fit(model, line, steep({ epochs: 12, ...more, onStep }));
      return { state: model.state(), backs: run.history.map(({ rollbacks }) => rollbacks) };
    };
    const one = await trained();
    expect(await trained(() => undefined)).toEqual(one);
    expect(one.backs.flat().filter(Boolean).length).toBeGreaterThan(0);
    for (const values of Object.values(one.state)) expect(values.every(Number.isFinite)).toBe(true);
  });
  test('changes no bit of a training that does not diverge', async () => {
    const trained = async (onDivergence: 'throw' | 'rollback') => {
      const model = nn.sequential([nn.dense(4), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
      const run = await fit(model, clouds(50), {
        loss: crossEntropy(),
        optimizer: adam(),
        epochs: 4,
        batchSize: 8,
        accumulate: 2,
        average: swa({ start: 3 }),
        validation: clouds(20, 2),
        stop: earlyStopping({ every: { steps: 3 } }),
        onDivergence,
      });
      expect(run.history.some((record) => 'rollbacks' in record)).toBe(false);
      return { state: model.state(), best: run.best, scores: run.history.map(({ training }) => training) };
    };
    expect(await trained('rollback')).toEqual(await trained('throw'));
  });
  test('ends where halving does not help, with finite parameters', async () => {
    const model = network();
    const start = model.state();
    const always = rule({ stage: 'gradient', apply: ({ grad }) => ({ grad: grad.mul(0).log().mul(0) }) });
    const error = await fit(model, line, steep({ rules: always })).catch((e: unknown) => e as DivergenceError);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toHaveProperty(
      'message',
      "training diverged at step 0, in layer '0', after 10 times of going back with half the rate; look for huge values in the data or in the first weights. The parameters that training went back to are kept",
    );
    expect((error as DivergenceError).parameters).toEqual(start);
    expect(model.state()).toEqual(start);
  });
  test('is one of two ways', async () => {
    await expect(fit(network(), line, steep({ onDivergence: 'retry' as never }))).rejects.toThrow(
      "fit: onDivergence is 'retry'; it must be 'throw' or 'rollback'",
    );
  });
});

describe('a loss that is not finite is found at its step, and the parameters before it live on', () => {
  const broken = clouds(40);
  const wild = { optimizer: sgd({ learningRate: 1e20 }) };
  test.each<[string, Partial<FitOptions>]>([
    ['alone', wild],
    ['in updates of several batches', { ...wild, accumulate: 3, batchSize: 8 }],
    ['with attacked examples', { ...wild, adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }) }) }],
    ['behind a second gradient', { optimizer: sam(sgd({ learningRate: 1e20 })) }],
    ['beside an average', { ...wild, average: ema({ decay: 0.9 }) }],
  ])('%s', async (_, more) => {
    const model = nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)]);
    const error = await fit(model, broken, {
      loss: crossEntropy(),
      epochs: 20,
      ...(more as typeof wild),
    }).catch((e: unknown) => e as DivergenceError);
    expect(error).toBeInstanceOf(DivergenceError);
    const { parameters, layer } = error as DivergenceError;
    expect(layer).toMatch(/^[02]$/);
    for (const values of Object.values(parameters ?? {})) expect(values.every(Number.isFinite)).toBe(true);
    for (const values of Object.values(model.state())) expect(values.every(Number.isFinite)).toBe(true);
  });
  test('of several tasks', async () => {
    const { x, y } = clouds(40);
    const rows = Array.from({ length: 40 }, (_, i) => [x[2 * i], x[2 * i + 1]]);
    const data = dataset({ x: rows, y: { side: [...(y as Int32Array)], width: rows.map(([a, b]) => [a - b]) } });
    const model = nn.multiTask({
      trunk: nn.sequential([nn.dense(4), nn.tanh()]),
      heads: { side: nn.dense(2), width: nn.dense(1) },
    });
    const loss = { side: crossEntropy(), width: mse() };
    const error = await fit(model, data, { loss, epochs: 20, ...wild }).catch((e: unknown) => e as DivergenceError);
    expect(error).toBeInstanceOf(DivergenceError);
    const { parameters, layer } = error as DivergenceError;
    expect(layer).toMatch(/^(trunk\.0|heads\.(side|width))$/);
    for (const values of Object.values(parameters ?? {})) expect(values.every(Number.isFinite)).toBe(true);
    for (const values of Object.values(model.state())) expect(values.every(Number.isFinite)).toBe(true);
  });
  test('under an average with running statistics of its own', async () => {
    const model = nn.sequential([nn.dense(4), nn.batchNorm(), nn.relu(), nn.dense(2)]);
    const options = { loss: crossEntropy(), epochs: 20, batchSize: 8, average: swa({ start: 1 }), ...wild };
    await expect(fit(model, broken, options)).rejects.toThrow(DivergenceError);
    for (const values of Object.values(model.state())) expect(values.every(Number.isFinite)).toBe(true);
  });
});
