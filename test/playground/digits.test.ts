import { afterAll, expect, test } from 'vitest';
import type { Session } from '../../playground/session.js';
import { checked, type Field, type State, stateOf } from '../../playground/state.js';
import { unpacked } from '../../playground/tabs/digits/data.js';
import { CHANGES, DIGITS, levelsOf, textOfLevels } from '../../playground/tabs/digits/spec.js';
import { digits } from '../../src/digits.js';
import * as generated from '../../src/digits.generated.js';
import {
  crossEntropy,
  dataset,
  fgsm,
  type Model,
  nearestNeighbors,
  nn,
  randomGenerator,
  tensor,
} from '../../src/index.js';
import { sessionOf } from './engines.js';
import { printed } from './programs.js';

const session = await sessionOf('digits');
afterAll(() => session.engine.dispose());
const first = stateOf(DIGITS, 'digits');
const ran = (steps: number, more: State = {}): Session => {
  session.reset({ ...first, ...more });
  session.advance(steps);
  return session;
};

test('the digits are those of regulus/digits', () => {
  const { x, y } = unpacked(generated);
  const all = digits();
  expect([...y]).toEqual([...(all.y as Int32Array)]);
  expect([...x].map((share) => 16 * share)).toEqual([...all.x]);
});

test.each(DIGITS.presets)('the program of $name prints its hash', async ({ state }) => {
  const run = ran(60, state);
  expect(await printed(run.program())).toBe(run.hash());
});
test('so does one with everything', async () => {
  const all = { rotate: 30, shift: 1, zoom: 0.2, noise: 0.1, mirror: true, keep: 0.8, l2: 0.01, smoothing: 0.1 };
  const run = ran(60, { ...all, hardened: 0.1, units: 12, batch: 30 });
  expect(await printed(run.program())).toBe(run.hash());
});
test('changes on the way are replayed, and in the program', async () => {
  const run = ran(20);
  const early = run.hash();
  run.change({ ...first, rotate: 20 });
  run.advance(15);
  run.change({ ...first, rotate: 20, rate: 0.003, hardened: 0.1 });
  run.advance(25);
  const [end, frame] = [run.hash(), run.engine.frame([])];
  expect(await printed(run.program())).toBe(end);
  run.seek(20);
  run.seek(10);
  run.advance(10);
  expect(run.hash()).toBe(early);
  run.advance(40);
  expect(run.hash()).toBe(end);
  expect(run.engine.frame([])).toEqual(frame);
});

/** The network of a run, as a model of the library. */
function modelOf({ engine }: Session): Model {
  const model = nn.sequential([nn.dense(64, { activation: 'relu' }), nn.dense(10)]).build([64]);
  engine.parameters().forEach((values, i) => void model.parameters()[i].set(values));
  return model;
}

test('the attack is fgsm, its answers are the model’s, and the neighbour is that of nearestNeighbors', () => {
  const run = ran(100);
  const { arrays, numbers } = run.engine.frame(['look:7:0.1:']);
  const model = modelOf(run);
  const x = tensor(arrays.image).reshape([1, 64]);
  const attacked = fgsm({ epsilon: 0.1, clip: [0, 1] })(model, crossEntropy(), x, tensor([numbers.label]));
  [...attacked.data()].forEach((value, i) => expect(arrays.attacked[i]).toBeCloseTo(value, 6));
  const shares = model.predict(attacked).softmax().data();
  expect(numbers.attackedAnswer).toBe(shares.indexOf(Math.max(...shares)));
  shares.forEach((share, i) => expect(arrays.after[i]).toBeCloseTo(share, 5));
  const all = digits();
  const rows = [...randomGenerator(1).permutation(1797).data()].slice(0, 200);
  const train = dataset({
    x: rows.map((row) => [...all.x.slice(64 * row, 64 * row + 64)].map((level) => level / 16)),
    y: rows.map((row) => (all.y as Int32Array)[row]),
  });
  expect(numbers.near).toBe(nearestNeighbors({ k: 1 }).fit(train).predict(x).item());
});

test('errors grow with ε, from those of the first hundred digits as they are', () => {
  const run = ran(300);
  const { robust } = run.engine.frame([]).arrays;
  expect(robust).toHaveLength(CHANGES.length);
  expect(robust[0]).toBeLessThan(0.2);
  for (let i = 1; i < robust.length; i++) expect(robust[i]).toBeGreaterThanOrEqual(robust[i - 1] - 0.03);
  expect(robust[8]).toBeGreaterThan(0.9);
});

test('the gallery shows digits as they are, and below them as training may see them', () => {
  const still = ran(0).engine.frame(['gallery']).arrays.gallery;
  const turned = ran(0, { rotate: 20 }).engine.frame(['gallery']).arrays.gallery;
  expect(still).toHaveLength(6 * 640);
  expect(turned.subarray(0, 640)).toEqual(still.subarray(0, 640));
  for (let i = 1; i < 6; i++) {
    expect(still.subarray(640 * i, 640 * (i + 1))).toEqual(still.subarray(0, 640));
    expect(turned.subarray(640 * i, 640 * (i + 1))).not.toEqual(turned.subarray(0, 640));
  }
});

test('a drawing is read as it was written, and nothing else is', () => {
  const drawn = DIGITS.fields.find(({ key }) => key === 'drawn') as Field;
  const levels = Array.from({ length: 64 }, (_, i) => i % 17);
  expect(levelsOf(textOfLevels(levels))).toEqual(levels);
  expect(checked(drawn, textOfLevels(levels))).toBe(textOfLevels(levels));
  for (const text of ['0', 'h'.repeat(64), '0'.repeat(65), '0'.repeat(63)])
    expect(checked(drawn, text)).toBeUndefined();
  const { arrays, numbers } = ran(10).engine.frame([`look:0:0.1:${textOfLevels(levels)}`]);
  expect([...arrays.image].map((share) => 16 * share)).toEqual(levels);
  expect(numbers.label).toBe(-1);
});
