import { describe, expect, test } from 'vitest';
import { positionOf, positions, valueAt } from '../../playground/form.js';
import {
  checked,
  decode,
  encode,
  type Field,
  SEED,
  type State,
  stateOf,
  type TabSpec,
} from '../../playground/state.js';
import { en } from '../../playground/strings/en.js';
import { pointsOf, textOfPoints } from '../../playground/tabs/plane/points.js';
import { BATCHES } from '../../playground/tabs/batches/spec.js';
import { CAPACITY } from '../../playground/tabs/capacity/spec.js';
import { DIGITS } from '../../playground/tabs/digits/spec.js';
import { DESCENT } from '../../playground/tabs/descent/spec.js';
import { INITIALIZATION } from '../../playground/tabs/initialization/spec.js';
import { PENALTIES } from '../../playground/tabs/penalties/spec.js';
import { PLANE } from '../../playground/tabs/plane/spec.js';
import { randomGenerator } from '../../src/index.js';

/** The tabs: a line for each. */
const SPECS: readonly TabSpec[] = [PLANE, DESCENT, PENALTIES, CAPACITY, INITIALIZATION, BATCHES, DIGITS];

/** Texts of a URL, and what they mean. */
const ROWS: readonly {
  readonly text: string;
  readonly preset?: string;
  readonly state?: State;
  readonly ignored?: string[];
}[] = [
  { text: '', preset: 'spirals' },
  { text: '#v=1&tab=plane&preset=overfitting&seed=7', preset: 'overfitting', state: { seed: 7, size: 30 } },
  { text: 'preset=decay', preset: 'decay', state: { l2: 0.1, data: 'moons' } },
  { text: 'layers=4,4,4&seed=3', state: { layers: '4,4,4', seed: 3 } },
  { text: 'layers=4%2C4', state: { layers: '4,4' } },
  { text: 'layers=4:RELU,08:tanh,3', state: { layers: '4:relu,8:tanh,3' } },
  { text: 'layers=4:toString', ignored: ['layers'] },
  { text: 'layers=0,17', ignored: ['layers'] },
  { text: 'layers=', state: { layers: '' } },
  { text: 'liars=3.1.40', state: { liars: '3.1.40' } },
  { text: 'v=2', ignored: ['v'] },
  { text: 'tab=nothing', ignored: ['tab'] },
  { text: 'preset=nothing', preset: 'spirals', ignored: ['preset'] },
  { text: 'noise=-1', ignored: ['noise'] },
  { text: 'noise=0.1e400', ignored: ['noise'] },
  { text: 'noise=NaN&rate=Infinity', ignored: ['noise', 'rate'] },
  { text: 'noise=', ignored: ['noise'] },
  { text: 'size=20.5', ignored: ['size'] },
  { text: 'layers=99', ignored: ['layers'] },
  { text: 'layers=1,1,1,1,1,1,1', ignored: ['layers'] },
  { text: 'optimizer=toString', ignored: ['optimizer'] },
  { text: '__proto__=1&constructor=2&seed=5', state: { seed: 5 }, ignored: ['__proto__', 'constructor'] },
  { text: 'points=AAA', ignored: ['points'] },
  { text: 'points=AAA%F0', ignored: ['points'] },
  { text: 'liars=1.x', ignored: ['liars'] },
  { text: 'twin=l2:0.10', state: { twin: 'l2:0.1' } },
  { text: 'twin=layers:4:RELU,8', state: { twin: 'layers:4:relu,8' } },
  { text: 'twin=', state: { twin: '' } },
  ...['l2', 'l2:', 'l2:-1', 'seed:3', 'points:', 'twin:l2:0.1', '__proto__:1'].map((twin) => ({
    ...{ text: `twin=${twin}`, ignored: ['twin'] },
  })),
  { text: '%E0%A4%A=1', ignored: ['%E0%A4%A'] },
  { text: '&&==&=&a', ignored: ['', 'a'] },
  { text: '<script>alert(1)</script>', ignored: ['<script>alert(1)<'] },
];
test.each(ROWS)('decode($text)', ({ text, preset, state, ignored = [] }) => {
  const place = decode(text, SPECS);
  expect(place.ignored.map((key) => key.slice(0, 17))).toEqual(ignored);
  if (preset) expect(place.preset).toBe(preset);
  expect(place.state).toMatchObject(state ?? {});
  // What was read is written and read again as it is.
  const again = decode(encode(PLANE, place), SPECS);
  expect(again).toEqual({ ...place, ignored: [] });
});

/** A value that a field can have, for a number from 0 to 1. */
function some(field: Field, share: number): State[string] {
  switch (field.kind) {
    case 'number':
      return valueAt(field, Math.round(share * positions(field)));
    case 'choice':
      return field.options[Math.min(field.options.length - 1, Math.floor(share * field.options.length))];
    case 'flag':
      return share > 0.5;
    case 'text':
      return field.default;
  }
}
test.each(SPECS)('$name: random settings come back from their text', (tab) => {
  const fields = [SEED, ...tab.fields];
  const draws = randomGenerator(1).uniform([200, fields.length]).data();
  for (let i = 0; i < 200; i++) {
    const { name } = tab.presets[i % tab.presets.length];
    const values = fields.map((field, j) => [field.key, some(field, draws[i * fields.length + j])]);
    const place = { tab: tab.name, preset: name, state: Object.fromEntries(values) as State };
    expect(decode(encode(tab, place), SPECS)).toEqual({ ...place, ignored: [] });
  }
});

test('no two presets have the same name, because a name suffices to find the tab', () => {
  const names = SPECS.flatMap(({ presets }) => presets.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test('random bytes do no harm', () => {
  const draws = randomGenerator(2).uniform([3000]).data();
  for (let i = 0; i < 100; i++) {
    const text = String.fromCharCode(...draws.subarray(30 * i, 30 * i + 30).map((draw) => 32 + draw * 200));
    const place = decode(`${text}&seed=4`, SPECS);
    expect(Object.keys(place.state).sort()).toEqual(Object.keys(stateOf(PLANE, '')).sort());
  }
});

describe.each(SPECS)('$name', (tab) => {
  test('every field, group and preset has its words', () => {
    const words = en.tabs[tab.name];
    for (const { key, group } of tab.fields.filter(({ hidden }) => !hidden)) {
      expect(words.fields[key]?.label, key).toBeTruthy();
      expect(words.groups[group], group).toBeTruthy();
    }
    for (const field of tab.fields)
      if (field.kind === 'choice')
        for (const option of field.options) expect(words.options[option], option).toBeTruthy();
    for (const { name, verdict } of tab.presets) {
      expect(words.presets[name]?.look, name).toBeTruthy();
      expect(words.verdicts[verdict], verdict).toBeTruthy();
    }
  });
  test('presets differ from the defaults, in values that their fields can have', () => {
    const defaults = stateOf(tab, '');
    for (const { name, state } of tab.presets)
      for (const [key, value] of Object.entries(state)) {
        const field = tab.fields.find((known) => known.key === key) as Field;
        expect(checked(field, value), `${name}.${key}`).toBe(value);
        expect(key in defaults).toBe(true);
      }
  });
  test('every position of a slider is a value of the field, and a value has a position', () => {
    for (const field of tab.fields) {
      if (field.kind !== 'number') continue;
      for (let i = 0; i <= positions(field); i++) {
        const value = valueAt(field, i);
        expect(checked(field, value), `${field.key} ${i}`).toBe(value);
        expect(positionOf(field, value), `${field.key} ${value}`).toBe(i);
      }
    }
  });
});

test('points are packed to three parts in a thousand', () => {
  const points = [
    { x: -3, y: 3, label: 0 },
    { x: 0, y: 0, label: 1 },
    { x: 1.234, y: -2.345, label: 1 },
  ];
  const text = textOfPoints(points);
  expect(text).toHaveLength(12);
  pointsOf(text)?.forEach((point, i) => {
    expect(point.label).toBe(points[i].label);
    expect(Math.abs(point.x - points[i].x) + Math.abs(point.y - points[i].y)).toBeLessThan(0.006);
  });
});
