import { expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { runtimeInfo, setThreads, threads } from '../../src/wasm/runtime.js';

test('one thread computes unless more are asked for', async () => {
  expect([threads(), await setThreads(1)]).toEqual([1, 1]);
  expect(runtimeInfo()).toMatchObject({ threads: 1, simd: true, relaxed: false });
});
test('unknown options are refused', async () => {
  await expect(setThreads(1, { relax: true } as never)).rejects.toThrow(OptionError);
  await expect(setThreads(1, { relax: true } as never)).rejects.toThrow(
    "setThreads: unknown option 'relax'; did you mean 'relaxed'? Known: relaxed",
  );
});
