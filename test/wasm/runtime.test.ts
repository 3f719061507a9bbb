import { expect, test } from 'vitest';
import { OptionError, UnsupportedError } from '../../src/errors.js';
import { tensor } from '../../src/tensor/create.js';
import { runtimeInfo, setThreads, threads } from '../../src/wasm/runtime.js';
import '../../src/tensor/methods.js';

test('one thread computes', async () => {
  expect([threads(), await setThreads('auto'), await setThreads(1)]).toEqual([1, 1, 1]);
  expect(runtimeInfo()).toMatchObject({ threads: 1, simd: true, relaxed: false });
});
test('what this version or host cannot do is an UnsupportedError, and changes nothing', async () => {
  await expect(setThreads(2)).rejects.toThrow(
    new UnsupportedError("setThreads: 2 threads were asked for, and this version computes on one; use 1 or 'auto'"),
  );
  await expect(setThreads(0)).rejects.toThrow(OptionError);
  await expect(setThreads(1, { relax: true } as never)).rejects.toThrow(
    "unknown option 'relax'; did you mean 'relaxed'?",
  );
  const got = await setThreads(1, { relaxed: true }).catch((error: unknown) => error);
  if (got !== 1) expect(got).toBeInstanceOf(UnsupportedError);
  expect(runtimeInfo().relaxed).toBe(got === 1);
  expect(tensor([1, 2]).mul(3).toArray()).toEqual([3, 6]);
  await setThreads(1);
});
