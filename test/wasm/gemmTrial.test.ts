import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { matmul } from '../../src/ops/matmul.js';
import { tensor } from '../../src/tensor/create.js';
import { chooseForm, forms } from '../../src/wasm/engine.js';
import { GemmTrial } from '../../src/wasm/gemmTrial.js';
import { runtimeInfo, setThreads } from '../../src/wasm/runtime.js';
import '../../src/tensor/methods.js';

const values = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i * seed)));

/** [rows, inner, columns]: whole tiles, edges of all kinds, one and several pieces of the inner size. */
const shapes = [
  [64, 64, 64],
  [96, 513, 72],
  [61, 1027, 67],
  [127, 130, 71],
  [68, 1, 160],
  [200, 43, 301],
];
async function products(): Promise<Float32Array[]> {
  return shapes.flatMap(([m, k, n]) =>
    [false, true].map((transposeA) => {
      const [a, b] = [values(m * k, 0.37), values(k * n, 0.73)];
      const product = compile(() => matmul(tensor(a, transposeA ? [k, m] : [m, k]), tensor(b, [k, n]), { transposeA }));
      const y = product().data();
      product.dispose();
      return y;
    }),
  );
}

for (const relaxed of [false, true])
  test(`all forms of the inner loop give the same bits${relaxed ? ', the relaxed ones too' : ''}`, async ({ skip }) => {
    const got = await setThreads(1, { relaxed }).catch(() => 0);
    if (got === 0) skip('this host has no relaxed SIMD');
    expect(runtimeInfo().relaxed).toBe(relaxed);
    const results: Float32Array[][] = [];
    for (let form = 0; form < forms(); form++) {
      chooseForm(form);
      results.push(await products());
    }
    chooseForm(0);
    expect(forms()).toBe(relaxed ? 3 : 2);
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
    await setThreads(1);
  });

/** Calls `program` as long as the trial wants, where a call takes times[form] milliseconds. */
function tried(trial: GemmTrial, times: readonly number[], program = 1): number {
  for (let calls = 1; ; calls++) if (trial.note(program, times[trial.turn(program)], 1)) return calls;
}
test('a trial finds the fastest form, and the first times do not count', () => {
  const trial = new GemmTrial(3);
  for (let i = 0; i < 9; i++) trial.note(1, trial.turn(1) === 1 ? 1 : 4, 1); // compiled late
  tried(trial, [4, 5, 3.5]);
  expect(trial.leader).toBe(2);
});
test('programs that run in between do not disturb a trial, and use the leader', () => {
  const trial = new GemmTrial(2);
  trial.turn(1);
  for (let over = false; !over; ) {
    expect(trial.turn(2)).toBe(trial.leader);
    trial.note(2, 100, 1);
    over = trial.note(1, trial.turn(1) === 0 ? 6 : 5, 1);
  }
  expect(trial.leader).toBe(1);
});
test('a program that stops coming is given up for another', () => {
  const trial = new GemmTrial(2);
  trial.note(1, trial.turn(1), 1);
  for (let i = 0; i < 20; i++) {
    trial.turn(2);
    trial.note(2, 100, 1);
  }
  tried(trial, [8, 7], 2);
  expect(trial.leader).toBe(1);
});
