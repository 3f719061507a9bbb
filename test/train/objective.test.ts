import { describe, expect, it } from 'vitest';
import * as r from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import training from '../fixtures/twoOptimizers.json' with { type: 'json' };

const { nn, tensor } = r;
const here = ({ shape, data }: { shape: number[]; data: number[] }): Tensor => tensor(data, shape);
const draw = r.randomGenerator(4);
const x = draw.normal([12, 3]);
const y = tensor([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
const chain = () => nn.sequential([nn.dense(5), nn.batchNorm(), nn.tanh(), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
const plain = () => nn.sequential([nn.dense(5, { activation: 'tanh' }), nn.dense(2)]).build([3], { seed: 2 });
const optimizer = r.adam({ learningRate: 0.05 });

describe('trainStep of an objective', () => {
  it('follows PyTorch with two optimizers on one pair of networks', () => {
    const initial = Object.entries(training.initial) as [string, { shape: number[]; data: number[] }][];
    const network = (name: string) => {
      const own = initial
        .filter(([path]) => path.startsWith(`${name}.`))
        .map(([path, t]) => [path.slice(2), t] as const);
      const [first, last] = own.filter(([path]) => path.endsWith('weight')).map(([, { shape }]) => shape);
      const state = Object.fromEntries(own.map(([path, { data }]) => [path, Float32Array.from(data)]));
      return nn
        .sequential([nn.dense(first[1], { activation: 'tanh' }), nn.dense(last[1])])
        .build([first[0]], { state });
    };
    const [G, D] = [network('G'), network('D')];
    const ones = (t: Tensor) => r.ones([t.shape[0], 1]);
    const bce = r.binaryCrossEntropy();
    const models = { G, D };
    const critic = r.trainStep(models, {
      objective: ({ G: g, D: d }, { z, real }: { z: Tensor; real: Tensor }) =>
        bce(d(real), ones(real)).add(bce(d(r.stopGradient(g(z))), r.zeros([z.shape[0], 1]))),
      optimizer: r.sgd({ learningRate: 0.1 }),
      train: ['D'],
    });
    const maker = r.trainStep(models, {
      objective: ({ G: g, D: d }, { z }: { z: Tensor }) => bce(d(g(z)), ones(z)),
      optimizer: r.adam({ learningRate: 0.01 }),
      train: ['G'],
    });
    training.loss.forEach((expected, i) => {
      const z = here(training.z[i]);
      const real = here(training.real[i]);
      const found = [critic({ z, real }), maker({ z })];
      found.forEach((v, k) => expect(Math.abs(v - expected[k])).toBeLessThan(1e-5));
    });
    const final = Object.entries(training.final) as [string, { data: number[] }][];
    for (const [path, { data }] of final) {
      const found = models[path[0] as 'G' | 'D'].state()[path.slice(2)];
      data.forEach((v, i) => expect(Math.abs(found[i] - v)).toBeLessThan(2e-5));
    }
  });

  it('is the step of a loss where it computes this loss, running statistics included', () => {
    const [a, b] = [plain(), plain()];
    const loss = r.crossEntropy();
    const byLoss = r.trainStep(a, { loss, optimizer, clip: r.clip.globalNorm(0.5), penalties: r.l2(1e-3) });
    const byObjective = r.trainStep(b, {
      objective: (model, batch: { x: Tensor; y: Tensor }) => loss(model(batch.x), batch.y),
      optimizer,
      clip: r.clip.globalNorm(0.5),
      penalties: r.l2(1e-3),
    });
    for (let i = 0; i < 4; i++) expect(byObjective({ x, y })).toBe(byLoss(x, y));
    expect(b.state()).toEqual(a.state());
    const normalized = chain().build([3]);
    const before = normalized.state()['1.running_mean'];
    r.trainStep(normalized, { objective: (m, t: Tensor) => m(t).square().mean(), optimizer })(x);
    expect(normalized.state()['1.running_mean']).not.toEqual(before);
  });

  it('trains several models with one optimizer, and leaves the others as they are', () => {
    const models = { a: plain(), b: plain(), c: plain() };
    const before = models.c.state();
    const step = r.trainStep(models, {
      objective: ({ a, b, c }, [left, right]: [Tensor, Tensor]) => a(left).sub(b(right)).add(c(left)).square().mean(),
      optimizer,
      train: ['a', 'b'],
    });
    const losses = Array.from({ length: 30 }, () => step([x, draw.normal([12, 3])]));
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    expect(models.c.state()).toEqual(before);
    expect(models.a.state()).not.toEqual(before);
  });

  it('differentiates penalties of input gradients (WGAN-GP) and Jacobians', () => {
    const critic = nn.sequential([nn.dense(4, { activation: 'tanh' }), nn.dense(1)]).build([3]);
    const step = r.trainStep(critic, {
      objective: (model, points: Tensor) => {
        const slope = r.grad((t: Tensor) => model(t).sum())(points);
        return slope.square().sum(1).sqrt().sub(1).square().mean();
      },
      optimizer: r.adam({ learningRate: 0.05 }),
    });
    const losses = Array.from({ length: 60 }, () => step(x));
    expect(losses.at(-1)).toBeLessThan(0.2 * losses[0]);
  });

  it('draws random numbers anew in every step, the same for the same seed', () => {
    const run = (seed: number) => {
      const p = nn.parameters({ at: [2] });
      const step = r.trainStep(p, {
        objective: (own, _: Tensor, { random }) => {
          const kinds = random.categorical(tensor([[0, 0, 9]]));
          const noise = random
            .normal([2])
            .add(random.uniform([2]))
            .add(random.bernoulli([2], 0.5));
          return own.at.sub(noise).square().sum().add(kinds.sum());
        },
        optimizer: r.sgd({ learningRate: 0.01 }),
        seed,
      });
      return Array.from({ length: 5 }, () => step(tensor([0])));
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(new Set(run(1)).size).toBe(5);
  });

  it('trains parameters that are read by name', () => {
    const p = nn.parameters({ rate: [], height: { shape: [1], init: r.init.ones() } });
    const t = r.linspace(0, 3, 7);
    const step = r.trainStep(p, {
      objective: (own, batch: { t: Tensor; y: Tensor }) =>
        own.rate.mul(batch.t).exp().mul(own.height).sub(batch.y).square().mean(),
      optimizer: r.adam({ learningRate: 0.05 }),
    });
    const y = t.mul(-0.5).exp().mul(2);
    for (let i = 0; i < 400; i++) step({ t, y });
    expect(p.rate.item()).toBeCloseTo(-0.5, 3);
    expect(p.height.item()).toBeCloseTo(2, 3);
  });

  it('builds models with the shapes with which it calls them, by the seed of the step', () => {
    const models = () => ({ a: nn.sequential([nn.dense(4)]), b: nn.sequential([nn.dense(2)]) });
    const [built, unbuilt] = [models(), models()];
    built.a.build([3], { seed: 7 });
    built.b.build([4], { seed: 7 });
    const step = (of: typeof built) =>
      r.trainStep(of, { objective: ({ a, b }, t: Tensor) => b(a(t)).square().mean(), optimizer, seed: 7 });
    const [first, second] = [step(built), step(unbuilt)];
    expect(Array.from({ length: 3 }, () => second(x))).toEqual(Array.from({ length: 3 }, () => first(x)));
    expect(unbuilt.b.state()).toEqual(built.b.state());
  });

  it('gives the number of the update', () => {
    const p = nn.parameters({ at: [] });
    const step = r.trainStep(p, {
      objective: (own, _: Tensor, { step: k }) => own.at.mul(0).add(k.sum()),
      optimizer: r.sgd({ learningRate: 0.01 }),
    });
    expect(Array.from({ length: 3 }, () => step(tensor([0])))).toEqual([0, 1, 2]);
  });

  it('changes nothing where a gradient of any model is not finite', () => {
    const models = { a: nn.parameters({ w: [] }), b: nn.parameters({ w: [] }) };
    const step = r.trainStep(models, {
      objective: ({ a, b }, t: Tensor) => a.w.sub(1).square().add(b.w.mul(t).sum()),
      optimizer,
    });
    expect(() => step([Number.POSITIVE_INFINITY])).toThrow(r.DivergenceError);
    expect([models.a.state().w[0], models.b.state().w[0]]).toEqual([0, 0]);
  });

  const wrong: [what: string, make: () => unknown][] = [
    ['no objective', () => r.trainStep(plain(), { optimizer } as never)],
    ['an objective that is no function', () => r.trainStep(plain(), { objective: 3, optimizer } as never)],
    ['a loss too', () => r.trainStep(plain(), { objective: () => x.sum(), loss: r.mse(), optimizer } as never)],
    ['no models', () => r.trainStep({}, { objective: () => x.sum(), optimizer })],
    ['what is no model', () => r.trainStep({ a: 3 } as never, { objective: () => x.sum(), optimizer })],
    ['an unknown model', () => r.trainStep({ a: plain() }, { objective: () => x.sum(), optimizer, train: ['b'] })],
    ['an unknown option', () => r.trainStep(plain(), { objective: () => x.sum(), optimizer, trained: [] } as never)],
    ['many numbers', () => r.trainStep(plain(), { objective: (m, t: Tensor) => m(t), optimizer })(x)],
    ['a number', () => r.trainStep(plain(), { objective: () => 3 as never, optimizer })(x)],
    ['text in a batch', () => r.trainStep(plain(), { objective: (m) => m(x).sum(), optimizer })('abc' as never)],
    [
      'an unbuilt model that it does not call',
      () => r.trainStep({ a: plain(), b: chain() }, { objective: ({ a }, t: Tensor) => a(t).sum(), optimizer })(x),
    ],
    ['a map', () => r.trainStep(plain(), { objective: (m) => m(x).mean(), optimizer })(new Map() as never)],
    [
      'random numbers of another model',
      () => {
        const other = chain().build([3]);
        return r.trainStep(plain(), { objective: (_, t: Tensor) => other(t).sum(), optimizer })(x);
      },
    ],
  ];
  it.each(wrong)('refuses %s', (_, make) => {
    expect(make).toThrow(r.RegulusError);
  });
});

describe('fit with an objective', () => {
  const data = r.dataset({ x, y, classes: 2 });
  it('is fit with the loss that the objective computes, to the bit', async () => {
    const [a, b] = [plain(), plain()];
    const loss = r.crossEntropy();
    const options = { optimizer, epochs: 4, batchSize: 5, validation: data.take(6), metrics: [r.accuracy()] };
    const other = { ...options, validation: r.dataset({ x: x.toArray() as number[][], y, classes: 2 }) };
    const byLoss = await r.fit(a, data, { ...other, loss });
    const byObjective = await r.fit(b, data, {
      ...other,
      objective: (model, batch) => loss(model(batch.x), batch.y),
    });
    expect(b.state()).toEqual(a.state());
    const last = byObjective.history.at(-1);
    expect(last?.validation?.loss).toBeCloseTo(byLoss.history.at(-1)?.validation?.loss as number, 5);
    expect(last?.validation?.accuracy).toBe(byLoss.history.at(-1)?.validation?.accuracy);
    expect(r.evaluate(b, data).loss).toBeCloseTo(r.evaluate(a, data).loss, 5);
  });

  it('needs no targets, and gives inputs and targets by name', async () => {
    const coder = nn.sequential([nn.dense(2), nn.dense(3)]);
    const run = await r.fit(coder, r.dataset({ x }), {
      objective: (model, batch) => model(batch.x).sub(batch.x).square().mean(),
      optimizer,
      epochs: 40,
    });
    expect(run.history.at(-1)?.training.loss).toBeLessThan((run.history[0].training.loss as number) / 2);
    const both = nn.graph({ a: [3], b: [3] }, ({ a, b }) => nn.dense(1)(nn.add()([a, b])));
    const named = r.dataset({ x: { a: x, b: x }, y: { left: y, right: draw.normal([12, 2]) } });
    let seen: unknown;
    await r.fit(both, named, {
      objective: (model, { x: inputs, y: targets }) => {
        seen = [Object.keys(inputs), Object.keys(targets)];
        return model(inputs).square().mean();
      },
      optimizer,
      epochs: 1,
    });
    expect(seen).toEqual([
      ['a', 'b'],
      ['left', 'right'],
    ]);
  });

  it('trains parameters alone, whatever the examples are', async () => {
    const p = nn.parameters({ w: [3] });
    const run = await r.fit(p, r.dataset({ x, y: x.sum(1) }), {
      objective: (_, batch) => batch.x.mul(p.w).sum(1).sub(batch.y).square().mean(),
      optimizer: r.adam({ learningRate: 0.1 }),
      epochs: 100,
    });
    for (const w of p.w.data()) expect(w).toBeCloseTo(1, 2);
    expect(run.history.at(-1)?.training.loss).toBeLessThan(1e-3);
    expect(() => p.predict(x)).toThrow(r.UnsupportedError);
  });

  it('counts the evaluation of a sealed set once', async () => {
    const [own, other] = [plain(), plain()];
    const objective = (model: r.Model, batch: { x: Tensor; y: Tensor }) => r.crossEntropy()(model(batch.x), batch.y);
    await r.fit(own, data, { objective, optimizer, epochs: 1 });
    await r.fit(other, data, { objective, optimizer, epochs: 1, metrics: r.accuracy() });
    const sealed = data.with({ sealed: true });
    const loss = r.evaluate(own, sealed).loss;
    expect(sealed.opened).toBe(1);
    expect(r.evaluate(other, sealed).loss).toBe(loss);
    expect(sealed.opened).toBe(2);
  });

  const wrong: [what: string, options: object][] = [
    ['a loss too', { loss: r.mse(), objective: () => x.sum() }],
    ['neither', {}],
    ['an objective that is no function', { objective: 'mse' }],
  ];
  it.each(wrong)('refuses %s', async (_, options) => {
    await expect(r.fit(plain(), data, { optimizer, epochs: 1, ...options } as never)).rejects.toThrow(r.RegulusError);
  });
});

describe('nn.parameters and copyInto', () => {
  it('are read by name, differentiated, saved and trained', () => {
    const p = nn.parameters({ rate: [], weight: { shape: [2, 2], init: r.init.constant(3) }, one: r.init.ones() });
    p.build();
    expect([p.rate.shape, p.one.shape, p.one.item()]).toEqual([[], [], 1]);
    expect(Array.from(p.weight.data())).toEqual([3, 3, 3, 3]);
    const { grads } = r.valueAndGrad(() => p.weight.square().sum(), { wrt: p })();
    expect(Array.from(grads.weight.data())).toEqual([6, 6, 6, 6]);
    const loaded = r.loadSafetensors(r.saveSafetensors(p)) as typeof p;
    expect(Array.from(loaded.weight.data())).toEqual([3, 3, 3, 3]);
    expect(() => nn.parameters({ predict: [2] })).toThrow(r.OptionError);
  });

  it('moves a model towards another', () => {
    const [target, source] = [
      plain(),
      nn.sequential([nn.dense(5, { activation: 'tanh' }), nn.dense(2)]).build([3], { seed: 8 }),
    ];
    const [t, s] = [target.state(), source.state()];
    r.copyInto(target, source, { share: 0.25 });
    const moved = target.state();
    for (const name of Object.keys(t))
      moved[name].forEach((v, i) => expect(v).toBe(Math.fround(0.75 * t[name][i] + 0.25 * s[name][i])));
    r.copyInto(target, source);
    expect(target.state()).toEqual(s);
    expect(() => r.copyInto(target, chain())).toThrow(r.RegulusError);
    expect(() => r.copyInto(target, source, { share: 2 })).toThrow(r.OptionError);
  });
});
