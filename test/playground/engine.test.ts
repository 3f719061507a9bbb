import { describe, expect, test } from 'vitest';
import { ENGINES } from '../../playground/engines.js';
import { Session } from '../../playground/session.js';
import { stateOf } from '../../playground/state.js';
import type { Frame } from '../../playground/tab.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { sha256Now } from '../../src/hash/sha256.js';
import { sessionOf } from './engines.js';
import { FRAMES } from './frames.js';

const WANT = ['map', 'neurons', 'weights', 'histograms', 'curves', 'points', 'gallery'];
/** The first digits of the SHA-256 of a frame's buffers, in the order of their names. */
const hashOf = ({ arrays }: Frame): string =>
  Object.keys(arrays)
    .sort()
    .map((key) => sha256Now(new Uint8Array(arrays[key].buffer)))
    .reduce((whole, part) => sha256Now(new TextEncoder().encode(whole + part)), '')
    .slice(0, 16);

for (const [name, tab] of Object.entries(ENGINES))
  describe(`the engine of ${name}`, () => {
    test.each(tab.presets)(
      '$name reaches its verdict, with the same frame in every host',
      async ({ name: preset, verdict }) => {
        const session = await sessionOf(name);
        session.reset(stateOf(tab, preset));
        session.advance(session.engine.length);
        expect(session.engine.verdict()?.kind).toBe(verdict);
        expect(hashOf(session.engine.frame(WANT))).toBe(FRAMES[preset]);
        session.engine.dispose();
      },
    );
  });

/** What a user may do on the way; each row changes the run that goes before it. */
const CHANGES: readonly { readonly name: string; readonly preset: string; readonly more: object }[] = [
  { name: 'another rate', preset: 'spirals', more: { rate: 0.001 } },
  {
    name: 'another optimizer, with a schedule',
    preset: 'spirals',
    more: { optimizer: 'momentum', schedule: 'cosine' },
  },
  { name: 'a penalty and a constraint', preset: 'overfitting', more: { l2: 0.1, maxNorm: 2 } },
  { name: 'early stopping', preset: 'overfitting', more: { patience: 5 } },
  { name: 'noise on the weights, and smooth labels', preset: 'liars', more: { weightNoise: 0.1, smoothing: 0.2 } },
];
describe.each(CHANGES)('$name during the run', ({ preset, more }) => {
  test('is replayed to the same bits, back and forth', () => {
    const { plane } = ENGINES;
    const session = new Session(planeEngine());
    const state = stateOf(plane, preset);
    session.reset(state);
    session.advance(137);
    const early = session.hash();
    session.advance(63);
    session.change({ ...state, ...more });
    session.advance(150);
    session.act({ name: 'weight', values: [0, 1, 0.5] });
    const edited = session.hash();
    session.advance(100);
    const [last, at] = [session.hash(), session.engine.step];
    const frame = hashOf(session.engine.frame(WANT));
    for (const [step, hash] of [
      [137, early],
      [at, last],
      [0, undefined],
      [Math.min(350, at), at > 350 ? edited : last],
      [at, last],
    ] as const) {
      session.seek(step);
      expect(session.engine.step).toBe(step);
      if (hash) expect(session.hash(), `step ${step}`).toBe(hash);
    }
    expect(hashOf(session.engine.frame(WANT))).toBe(frame);
    session.engine.dispose();
  });
});

test('a change in the past forgets what came after it', () => {
  const { plane } = ENGINES;
  const session = new Session(planeEngine());
  const state = stateOf(plane, 'spirals');
  session.reset(state);
  session.advance(200);
  session.change({ ...state, l2: 0.1 });
  session.advance(50);
  session.seek(100);
  session.change({ ...state, l1: 0.1 });
  expect(session.progress(false)).toMatchObject({ step: 100, reached: 100, marks: [100] });
  session.advance(20);
  const hash = session.hash();
  session.seek(0);
  session.seek(120);
  expect(session.hash()).toBe(hash);
  session.engine.dispose();
});

test('settings that a slider passes at one step are one change, or none', () => {
  const { plane } = ENGINES;
  const session = new Session(planeEngine());
  const state = stateOf(plane, 'spirals');
  session.reset(state);
  session.advance(100);
  const before = session.hash();
  for (const rate of [0.03, 0.1, 0.3]) session.change({ ...state, rate });
  expect(session.progress(false).marks).toEqual([100]);
  session.advance(20);
  const changed = session.hash();
  session.seek(0);
  session.seek(120);
  expect(session.hash()).toBe(changed);
  session.seek(100);
  expect(session.hash()).toBe(before);
  session.change(state);
  expect(session.progress(false).marks).toEqual([]);
  session.advance(20);
  const same = session.hash();
  session.reset(state);
  session.advance(120);
  expect(session.hash()).toBe(same);
  session.engine.dispose();
});

test('a change before the first step, and a change that begins again, leave no marks', () => {
  const { plane } = ENGINES;
  const session = new Session(planeEngine());
  const state = stateOf(plane, 'spirals');
  session.reset(state);
  session.change({ ...state, rate: 0.1 });
  expect(session.progress(false)).toMatchObject({ step: 0, marks: [], run: 1 });
  session.advance(10);
  session.change({ ...state, layers: '4' });
  expect(session.progress(false)).toMatchObject({ step: 0, marks: [], run: 2 });
  session.engine.dispose();
});

test.each([
  ['no points at all', { data: 'own' }, undefined],
  ['one point of its own', { data: 'own', points: 'wAAA' }, 'unclear'],
  ['a batch larger than the data', { size: 10, batch: 400 }, undefined],
  ['six layers of sixteen units', { layers: '16,16,16,16,16,16' }, undefined],
  ['a single linear unit', { layers: '' }, undefined],
  ['dropout with noise on the inputs', { keep: 0.5, inputNoise: 0.2 }, undefined],
] as const)('%s does no harm', (_, more, kind) => {
  const { plane } = ENGINES;
  const session = new Session(planeEngine());
  session.reset({ ...stateOf(plane, 'spirals'), ...more });
  session.advance(60);
  const frame = session.engine.frame([...WANT, 'map:0:0', 'test']);
  expect([...(frame.arrays.map as Float32Array)].every(Number.isFinite)).toBe(true);
  if (kind) expect(session.engine.verdict()?.kind).toBe(kind);
  session.engine.dispose();
});
