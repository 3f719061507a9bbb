import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  type EpochRecord,
  fit,
  type FitOptions,
  type Logger,
  resume,
  type Run,
  type State,
} from '../../src/index.js';
import { type AnyRaw, isRaw } from '../../src/pipeline/raw.js';
import { random } from '../support/float64.js';
import { inMemory } from './store.js';
import { VARIANTS } from './variants.js';

const stateOf = (whole: AnyRaw): State => (isRaw(whole) ? whole.model : whole).state();
const timeless = (history: readonly EpochRecord[] = []) =>
  history.map(({ seconds: _, examplesPerSecond: __, ...record }) => record);
const outcome = (model: AnyRaw, run: Run) => ({
  state: stateOf(model),
  history: timeless(run.history),
  again: timeless(run.retrained?.history),
  best: run.best,
  stopped: run.stopped,
  kept: run.kept && timeless([run.kept]),
  lossWeights: run.lossWeights,
});

/** Aborts after so many updates, those of a second training too. */
function stopping(after: number): { options: Partial<FitOptions>; made(): number } {
  const controller = new AbortController();
  let steps = 0;
  const logger = {
    epoch: () => undefined,
    step: () => {
      if (++steps === after) controller.abort();
    },
  } as unknown as Logger;
  return { options: { signal: controller.signal, logger }, made: () => steps };
}

/** Places where each training is stopped. */
const STOPS = Number(globalThis.process?.env?.STOPS ?? 4);
describe.each(VARIANTS)('$name', ({ model, data, options }) => {
  test('stopped at any step and resumed, it ends with the same bits', async () => {
    const straight = model();
    const truth = outcome(straight, await fit(straight, data, options()));
    const counted = stopping(Number.POSITIVE_INFINITY);
    await fit(model(), data, { ...options(), ...counted.options });
    const draw = random(data.size);
    const stops = Array.from({ length: STOPS }, () => 1 + Math.floor(draw() * (counted.made() - 1)));
    for (const stop of stops) {
      const to = inMemory();
      const every = { steps: 1 + Math.floor(draw() * 4) };
      const first = stopping(stop);
      const more = { checkpoint: checkpoint({ to, every, keep: 1 }) };
      await fit(model(), data, { ...options(), ...first.options, ...more });
      // A second stop, and the rest from the bytes alone.
      const second = stopping(1 + Math.floor(draw() * 5));
      await resume(to, model(), data, { ...options(), ...second.options, ...more });
      const [bytes] = to.files.values();
      const whole = model();
      const run = await resume(bytes, whole, data, options());
      expect(outcome(whole, run), `stopped at ${stop}`).toEqual(truth);
      expect(run.resumed?.step).toBeGreaterThan(0);
    }
  });
});
