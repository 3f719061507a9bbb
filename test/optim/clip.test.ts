import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/losses/index.js';
import { dense, sequential } from '../../src/nn/index.js';
import type { Segment } from '../../src/nn/parameters.js';
import * as clip from '../../src/optim/clip.js';
import { type Rule, sgd } from '../../src/optim/index.js';
import { still } from '../../src/optim/rule.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { optimizers } from '../fixtures/index.js';

interface Piece {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
/** Applies a rule to the gradients of parameters; theta is ones by default. */
function clipped(rule: Rule, pieces: readonly Piece[], weights?: readonly number[]): number[][] {
  let offset = 0;
  const segments = pieces.map(({ shape, data }, i): Segment => {
    const segment = { name: String(i), shape, size: data.length, offset, trainable: true, kind: 'weight' as const };
    offset += data.length;
    return segment;
  });
  const grad = tensor(pieces.flatMap(({ data }) => [...data]));
  const theta = tensor(weights ?? new Array<number>(offset).fill(1));
  const none = tensor([0]);
  const next = rule.apply({ theta, grad, state: {}, scalars: none, step: none, learningRate: none }, segments, still);
  const all = [...(next.grad?.data() ?? [])];
  return segments.map(({ offset: at, size }) => all.slice(at, at + size));
}
const size = (list: readonly number[]): number => Math.hypot(...list);

describe('clipping', () => {
  const pieces: Piece[] = [
    { shape: [2, 2], data: [3, -4, 0.5, 0] },
    { shape: [2], data: [0.1, -0.2] },
  ];
  test('by value', () => {
    const [a, b] = clipped(clip.value(0.5), pieces);
    expect(a).toEqual([0.5, -0.5, 0.5, 0]);
    b.forEach((x, i) => expect(x).toBeCloseTo(pieces[1].data[i], 7));
  });
  test('by the norm of each parameter', () => {
    const [a, b] = clipped(clip.norm(1), pieces);
    expect(size(a)).toBeCloseTo(1, 6);
    expect(a[0] / a[1]).toBeCloseTo(-0.75, 6);
    b.forEach((x, i) => expect(x).toBeCloseTo(pieces[1].data[i], 7));
  });
  test.each(
    optimizers()
      .clip_grad_norm.filter(({ norm_type }) => norm_type === 2)
      .map((c, i) => [i, c] as const),
  )('by the norm of the whole, as PyTorch and as the lecture: %i', (_, { max_norm, grads, lecture, torch }) => {
    const found = clipped(clip.globalNorm(max_norm), grads);
    lecture.forEach(({ data }, i) => data.forEach((x, k) => expect(found[i][k]).toBeCloseTo(x, 6)));
    torch.forEach(({ data }, i) => data.forEach((x, k) => expect(found[i][k]).toBeCloseTo(x, 5)));
  });
  test('in proportion to the weights of each unit', () => {
    // Units are columns: (3, 0.5) has the norm 3.04 against weights of (0.3, 0.4), that is 0.5.
    const [a, b] = clipped(clip.adaptive(0.1), pieces, [0.3, 100, 0.4, 0, 0, 0]);
    expect(Math.hypot(a[0], a[2])).toBeCloseTo(0.05, 6);
    expect([a[1], a[3]]).toEqual([-4, 0]);
    // Weights of 0 count as 10⁻³.
    expect(size(b)).toBeCloseTo(1e-4, 8);
  });
  test('is a part of the step, and the norm that is reported is the one before', () => {
    const [x, y] = [tensor([[30, -40]]), [1]];
    const moved = (rule?: Rule): number => {
      const model = sequential([dense(2, { bias: false })]).build([2]);
      const before = model.parameters()[0].get();
      const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }) };
      const step = trainStep(model, rule ? { ...options, clip: rule } : options);
      step(x, y);
      const after = model.parameters()[0].get();
      step.dispose();
      model.dispose();
      return Math.hypot(...after.map((w, i) => w - before[i]));
    };
    expect(moved()).toBeGreaterThan(1);
    for (const rule of [clip.globalNorm(0.5), clip.norm(0.5)]) expect(moved(rule)).toBeCloseTo(0.5, 5);
    expect(moved(clip.value(1e-3))).toBeLessThanOrEqual(2.0001e-3);
  });
  test.each(['value', 'norm', 'globalNorm', 'adaptive'] as const)('%s wants a bound above 0', (name) => {
    expect(() => clip[name](0)).toThrow(`clip.${name}: c is 0`);
  });
});
