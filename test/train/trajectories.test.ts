import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { linearDecay, optimizer as ownOptimizer } from '../../src/optim/index.js';
import { l1, l2 } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, trainStep } from '../../src/train/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { dataset } from '../../src/data/dataset.js';
import { type Numbers, tolerance, type TrainingCase, trainings } from '../fixtures/index.js';
import { OPTIMIZERS, OWN } from '../optim/table.js';
import '../../src/tensor/methods.js';

const { sizes, X, Y, batches, W0, b0, cases, steps } = trainings();

/** The network of the fixture, with batch normalization before the activation. */
function networkOf({ act, batch_norm }: TrainingCase) {
  const hidden = sizes
    .slice(1, -1)
    .flatMap((units) => [nn.dense(units), ...(batch_norm ? [nn.batchNorm()] : []), nn[act]()]);
  const model = nn.sequential([...hidden, nn.dense(sizes.at(-1) as number)]).build([sizes[0]]);
  const dense = model.parameters().filter(({ shape, name }) => shape.length === 2 && name.endsWith('.weight'));
  dense.forEach(({ name, set }, i) => {
    set(W0[i].data);
    model
      .parameters()
      .find((p) => p.name === name.replace('weight', 'bias'))
      ?.set(b0[i].data);
  });
  return { model, dense: dense.map(({ name }) => name.split('.')[0]) };
}

function optimizerOf({ optimizer, config }: TrainingCase) {
  const { lr, tau, lr_tau } = config;
  const learningRate = tau === undefined ? lr : linearDecay({ from: lr, to: lr_tau, steps: tau });
  // The ε of the fixture is outside the root.
  if (optimizer === 'rmsprop') return ownOptimizer(OWN.rmsprop_torch)({ learningRate });
  const row = Object.values(OPTIMIZERS).find(({ kinds }) => kinds.includes(optimizer));
  return (row ?? OPTIMIZERS.sgd).make(config, learningRate, optimizer);
}

const rows = (numbers: Numbers, indices: readonly number[]): number[][] =>
  indices.map((i) => numbers.data.slice(i * numbers.shape[1], (i + 1) * numbers.shape[1]) as number[]);

/** The largest difference between equally long lists. */
const apart = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((most, x, i) => Math.max(most, Math.abs(x - a[i])), 0);

describe('100 steps agree with PyTorch, step by step', () => {
  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const { model, dense } = networkOf(c);
    const { l1: sparse, l2: decay, ls = 0 } = c.extra;
    const step = trainStep(model, {
      loss: crossEntropy({ labelSmoothing: ls, smoothing: 'uniform' }),
      optimizer: optimizerOf(c),
      // The fixture's penalty is λΣw², ours is (λ/2)‖w‖².
      penalties: [...(decay ? [l2(2 * decay)] : []), ...(sparse ? [l1(sparse)] : [])],
    });
    const losses = batches.map((batch) => step(tensor(rows(X, batch)), tensor(batch.map((i) => Y.data[i]))));
    expect(losses.length).toBe(steps);
    expect(apart(losses, c.loss)).toBeLessThan(tolerance(c.loss, c.loss_f32err));

    const state = model.state();
    const skipped = (name: string): boolean =>
      c.batch_norm && name !== `${dense.at(-1)}.bias` && name.endsWith('.bias');
    dense.forEach((place, i) => {
      const expected = { weight: c.final_W[i], bias: c.final_b[i] };
      for (const [kind, { data }] of Object.entries(expected)) {
        const name = `${place}.${kind}`;
        // The gradient of a bias before batch normalization is nothing but rounding noise.
        if (!skipped(name)) expect(apart(state[name], data), name).toBeLessThan(tolerance(data, c.final_f32err));
      }
    });
    c.bn?.forEach(({ gamma, beta, running_var, running_mean }, i) => {
      const place = String(Number(dense[i]) + 1);
      const near = (name: string, { data }: Numbers, shift: readonly number[] = []) => {
        const own = state[`${place}.${name}`].map((x, k) => x - (shift.length ? state[`${dense[i]}.bias`][k] : 0));
        const truth = data.map((x, k) => x - (shift[k] ?? 0));
        expect(apart(own, truth), name).toBeLessThan(tolerance(truth, c.final_f32err));
      };
      near('weight', gamma);
      near('bias', beta);
      near('running_var', running_var);
      // The bias shifts the running mean, and Adam moves it by noise, so there is nothing to compare.
      if (c.optimizer !== 'adam') near('running_mean', running_mean, c.final_b[i].data);
    });

    // Evaluation subtracts the running mean, so with Adam the drifting bias affects its loss too.
    if (c.batch_norm && c.optimizer === 'adam') return;
    const all = dataset({
      x: rows(X, X.data.map((_, i) => i).slice(0, X.shape[0])),
      y: Y.data as number[],
      classes: 2,
    });
    const { loss, accuracy: right } = evaluate(model, all, { loss: crossEntropy(), metrics: [accuracy()] });
    expect(Math.abs(loss - c.final_full_eval_loss)).toBeLessThan(tolerance([c.final_full_eval_loss], c.final_f32err));
    expect(right).toBeCloseTo(c.final_full_eval_acc, 6);
  });
});
