import { describe, expect, test } from 'vitest';
import { ENGINES } from '../../playground/engines.js';
import { Session } from '../../playground/session.js';
import { type State, stateOf, twinned } from '../../playground/state.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { PLANE } from '../../playground/tabs/plane/spec.js';
import { Twins } from '../../playground/twins.js';

const WANT = ['map', 'weights', 'curves', 'points'];
const first = stateOf(PLANE, 'overfitting');
/** A run alone. */
function alone(state: State, steps: number): Session {
  const session = new Session(planeEngine());
  session.reset(state);
  session.advance(steps);
  return session;
}

test.each(['l2:0.1', 'optimizer:momentum', 'layers:4:relu,4', 'noise:0.1', 'keep:0.8', 'batch:10'])(
  'with %s, both runs are what they are alone',
  async (twin) => {
    const twins = new Twins(ENGINES.plane);
    const state = { ...first, twin };
    twins.reset(state);
    twins.advance(120);
    const [one, two] = twins.frames(WANT);
    const [a, b] = [alone(first, 120), alone(twinned(PLANE, state) as State, 120)];
    expect(twins.hash()).toBe(a.hash());
    expect(one.arrays).toEqual(a.engine.frame(WANT).arrays);
    expect(two.arrays).toEqual(b.engine.frame(WANT).arrays);
    expect(two.arrays.map).not.toEqual(one.arrays.map);
    expect(twins.progress(false)).toMatchObject({ step: 120, reached: 120, twin: b.engine.verdict() });
    twins.dispose();
  },
);

describe('a pair', () => {
  const state = { ...first, twin: 'patience:5' };
  test('goes on until both have ended, and back in time together', () => {
    const twins = new Twins(ENGINES.plane);
    twins.reset(state);
    twins.advance(60);
    const early = twins.frames(WANT);
    twins.advance(400);
    const [one, two] = twins.frames(WANT);
    expect([one.step, two.step < one.step, twins.ended]).toEqual([460, true, false]);
    twins.seek(60);
    expect(twins.frames(WANT).map(({ arrays }) => arrays.map)).toEqual(early.map(({ arrays }) => arrays.map));
    twins.dispose();
  });
  test('changes together, and keeps its difference', () => {
    const twins = new Twins(ENGINES.plane);
    twins.reset({ ...first, twin: 'l2:0.1' });
    twins.advance(50);
    twins.change({ ...first, twin: 'l2:0.1', rate: 0.001 });
    twins.advance(50);
    const b = alone({ ...first, l2: 0.1 }, 50);
    b.change({ ...first, l2: 0.1, rate: 0.001 });
    b.advance(50);
    expect(twins.frames(['weights'])[1].arrays.weights).toEqual(b.engine.frame(['weights']).arrays.weights);
    twins.reset(first);
    expect(twins.frames(['weights'])).toHaveLength(1);
    twins.dispose();
  });
});
