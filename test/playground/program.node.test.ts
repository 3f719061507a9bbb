import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ENGINES } from '../../playground/engines.js';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { sessionOf } from './engines.js';

const folder = mkdtempSync(join(tmpdir(), 'programs-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
/** What the program of a session prints in Node, with the package of this build. */
function printed(program: string): string {
  const file = join(folder, `${count++}.mjs`);
  const here = (name: string): string => pathToFileURL(resolve(`dist/${name}.mjs`)).href;
  writeFileSync(
    file,
    program
      .replace("from 'regulus'", `from '${here('index')}'`)
      .replace("from 'regulus/digits'", `from '${here('digits')}'`),
  );
  return execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim();
}

const PRESETS = Object.entries(ENGINES).flatMap(([name, tab]) =>
  tab.presets.map((preset) => [`${name}: ${preset.name}`, name, stateOf(tab, preset.name)] as const),
);
test.each(PRESETS)('the program of %s prints the same hash in Node', async (_, name, state) => {
  const session = await sessionOf(name);
  session.reset(state);
  session.advance(Math.min(1500, session.engine.length));
  expect(printed(session.program())).toBe(session.hash());
});

const spirals = stateOf(ENGINES.plane, 'spirals');
/** Settings that presets leave out, and changes on the way. */
const ROWS: readonly (readonly [string, State, State?])[] = [
  [
    'own points and turned labels',
    { ...spirals, data: 'moons', points: 'wAAAQBBBwCCCQDDD', liars: '3.4', flipped: 0.2 },
  ],
  ['an activation for each layer', { ...spirals, layers: '6:relu,5,4:sigmoid' }],
  ['own points only', { ...spirals, data: 'own', points: 'wAAAQBBBwCCCQDDDwEEEQFFF' }],
  ['noise and dropout', { ...spirals, keep: 0.8, inputNoise: 0.1, weightNoise: 0.05, smoothing: 0.1 }],
  [
    'every penalty, a constraint and clipping',
    { ...spirals, l1: 0.01, l2: 0.01, maxNorm: 2, clip: 1, schedule: 'oneCycle' },
  ],
  [
    'another rate and optimizer on the way',
    spirals,
    { ...spirals, rate: 0.001, optimizer: 'nadam', schedule: 'exponential' },
  ],
  [
    'early stopping on the way',
    stateOf(ENGINES.plane, 'overfitting'),
    { ...stateOf(ENGINES.plane, 'overfitting'), patience: 5 },
  ],
];
for (const [name, state, later] of ROWS)
  test(`the program with ${name} prints the same hash in Node`, () => {
    const session = new Session(planeEngine());
    session.reset(state);
    session.advance(155);
    if (later) session.change(later);
    session.act({ name: 'weight', values: [0, 3, -0.25] });
    session.advance(90);
    session.act({ name: 'weight', values: [1, 0, 0.125] });
    expect(printed(session.program())).toBe(session.hash());
  });
