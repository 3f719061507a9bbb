import { expect, test } from 'vitest';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { generate } from '../../src/nn/generate.js';
import * as nn from '../../src/nn/index.js';
import type { Model } from '../../src/nn/model.js';
import { adam } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const VOCABULARY = 7;
const kinds = ['learned', 'sinusoidal', 'rotary'] as const;
const network = (kind: (typeof kinds)[number], ...more: ((x: Tensor) => Tensor)[]) => {
  const rotary = kind === 'rotary';
  return nn
    .sequential([
      nn.embedding(VOCABULARY, 8),
      ...(rotary ? [] : [nn.positions({ length: 12, kind })]),
      nn.transformer({ heads: 2, hidden: 16, causal: true, keep: 0.9, rotary }),
      nn.sequential([nn.attention({ heads: 4, causal: true, rotary })]),
      nn.layerNorm(),
      nn.dense(VOCABULARY),
      ...more,
    ])
    .build([12], { seed: 5 });
};

test.each(kinds)('what is remembered changes nothing: positions are %s', (kind) => {
  // A function of one's own could look at any step, so that all of them are computed anew.
  const [remembering, anew] = [network(kind), network(kind, (x) => x)];
  // 3 + 14 ids are more than the model has steps.
  for (const options of [{ temperature: 0 }, { seed: 3 }, { topK: 3, temperature: 2 }])
    expect(generate(remembering, [1, 2, 3], { length: 14, ...options })).toEqual(
      generate(anew, [1, 2, 3], { length: 14, ...options }),
    );
});

/** Models that are continued step by step: chains, graphs, and layers that read step by step. */
const CONTINUED: Readonly<Record<string, () => Model>> = {
  'a graph with branches': () =>
    nn.graph([12], (ids) => {
      const x = nn.positions({ length: 12 })(nn.embedding(VOCABULARY, 8)(ids));
      const shared = nn.attention({ heads: 2, causal: true });
      const y = nn.add()([x, shared(nn.layerNorm()(x)), nn.frozen(nn.sequential([nn.dense(8)]).build([12, 8]))(x)]);
      return nn.dense(VOCABULARY)(nn.concat()([shared(y), nn.multiply()([x, y])]));
    }),
  'recurrent layers': () =>
    nn.sequential([
      nn.embedding(VOCABULARY, 8),
      nn.lstm(6, { returnSequences: true }),
      nn.rematerialize(nn.gru(6, { returnSequences: true })),
      nn.dense(VOCABULARY),
    ]),
  'a recurrent layer that is called twice': () =>
    nn.graph([12], (ids) => {
      const twice = nn.rnn(8, { returnSequences: true });
      const x = nn.embedding(VOCABULARY, 8)(ids);
      return nn.dense(VOCABULARY, { tie: 'embedding' })(nn.add()([twice(x), twice(twice(x))]));
    }),
};
/** What looks along the steps, of which all are computed anew each time. */
const ANEW: Readonly<Record<string, () => Model>> = {
  'steps side by side': () =>
    nn.graph([12], (ids) => {
      const x = nn.embedding(VOCABULARY, 8)(ids);
      return nn.dense(VOCABULARY)(nn.conv1d(4, 3, { padding: 'causal' })(x));
    }),
  'an input by name': () =>
    nn.graph({ ids: [12] }, ({ ids }) => nn.dense(VOCABULARY)(nn.embedding(VOCABULARY, 8)(ids))),
};
test.each([...Object.entries(CONTINUED), ...Object.entries(ANEW)])(
  '%s: what is remembered changes nothing',
  (name, make) => {
    const model = make().build([12], { seed: 4 });
    const opaque = nn.sequential([model, (x: Tensor) => x]).build([12]);
    let windows = 0;
    const predict = model.predict.bind(model);
    const counted: typeof predict = (...args) => {
      windows++;
      return predict(...args);
    };
    Object.assign(model, { predict: counted });
    const options = { length: 12, seed: 3 };
    const ids = generate(model, [1, 2, 3], options);
    expect(windows).toBe(name in ANEW ? 12 : 2);
    expect(ids).toEqual(generate(opaque, [1, 2, 3], options));
  },
);

test('a step costs one step, as long as the model has room', () => {
  const model = network('rotary');
  let windows = 0;
  const predict = model.predict.bind(model);
  const counted: typeof predict = (...args) => {
    windows++;
    return predict(...args);
  };
  Object.assign(model, { predict: counted });
  generate(model, [1, 2], { length: 11 });
  expect(windows).toBe(0);
  // The thirteenth id and those behind it follow from the last twelve.
  generate(model, [1, 2], { length: 14 });
  expect(windows).toBe(3);
});

test('a seed gives the same ids, and topK 1 is temperature 0', () => {
  const model = network('learned');
  const ids = (options: object) => generate(model, [4], { length: 11, ...options });
  expect(ids({ seed: 1 })).toEqual(ids({ seed: 1 }));
  expect(ids({ seed: 1 })).not.toEqual(ids({ seed: 2 }));
  expect(ids({ topK: 1 })).toEqual(ids({ temperature: 0 }));
});

test.each([
  { temperature: 1, topK: 3, p: [1, 2, 5] },
  { temperature: 0.5, topK: 3, p: [1, 4, 25] },
  { temperature: 1, topK: 2, p: [0, 2, 5] },
])('ids come as often as they are probable: $p', ({ temperature, topK, p }) => {
  const model = nn.sequential([nn.embedding(3, 1), nn.dense(3)]).build([600]);
  const [table, weight, bias] = model.parameters();
  for (const { set, get } of [table, weight]) set(get().fill(0));
  bias.set([0, Math.log(2), Math.log(5)]);
  const ids = generate(model, [0], { length: 599, temperature, topK, seed: 4 });
  const total = p.reduce((x, y) => x + y);
  p.forEach((share, id) =>
    expect(Math.abs(ids.filter((one) => one === id).length / 599 - share / total)).toBeLessThan(share ? 0.06 : 1e-9),
  );
});

test('a transformer learns a text and writes it', () => {
  const text = 'the cat sat on the mat and the dog sat on the log. ';
  const letters = [...new Set(text)].sort();
  const ids = [...text.repeat(4)].map((c) => letters.indexOf(c));
  const steps = 16;
  const model = nn
    .sequential([
      nn.embedding(letters.length, 32),
      nn.positions({ length: steps }),
      nn.transformer({ heads: 2, hidden: 64, causal: true }),
      nn.layerNorm(),
      nn.dense(letters.length),
    ])
    .build([steps]);
  const step = trainStep(model, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }) });
  const starts = Array.from({ length: text.length }, (_, i) => i);
  const rows = (by: number) =>
    tensor(
      starts.flatMap((i) => ids.slice(i + by, i + by + steps)),
      [starts.length, steps],
    );
  for (let i = 0; i < 80; i++) step(rows(0), rows(1));
  const written = generate(model, ids.slice(0, steps), { length: text.length - steps, temperature: 0 });
  expect(written.map((id) => letters[id]).join('')).toBe(text.slice(steps));
});

const gpt = network('learned');
test.each<[() => unknown, RegExp]>([
  [() => generate(gpt, [], { length: 1 }), /prompt is \[\]; it must be a list of at least one id from 0 to 6/],
  [() => generate(gpt, [7], { length: 1 }), /from 0 to 6/],
  [() => generate(gpt, 'abc' as never, { length: 1 }), /prompt is 'abc'/],
  [() => generate(gpt, [1], {} as never), /length is undefined/],
  [() => generate(gpt, [1], { length: 1, topk: 2 } as never), /did you mean 'topK'/],
  [
    () => generate(nn.sequential([nn.dense(2)]).build([3]), [1], { length: 1 }),
    /gives \[2\] for a row of 3 ids; it must give logits \[3, ids\]/,
  ],
  [
    () => generate(nn.sequential([nn.dense(2)]).build([3, 2]), [1], { length: 1 }),
    /takes rows of \[3, 2\]; it must take rows of ids/,
  ],
  [
    () => {
      const model = nn.sequential([nn.embedding(3, 4), nn.attention({ heads: 2 }), nn.dense(3)]).build([3]);
      return generate(model, [1], { length: 1 });
    },
    /attention '1' sees later steps; make it with causal: true/,
  ],
])('wrong use is refused %#', (wrong, message) => expect(wrong).toThrow(message));
