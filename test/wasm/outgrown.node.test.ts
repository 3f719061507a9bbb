import { afterAll, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { tensor } from '../../src/index.js';
import { allocate, memoryInfo, release } from '../../src/wasm/memory.js';
import { runtimeInfo, setThreads, threads } from '../../src/wasm/runtime.js';

// In a process of its own: memory never shrinks.
afterAll(async () => void (await setThreads(1)));

test('what threads cannot share is had on one thread, and what lives goes on', async () => {
  const x = tensor(
    Array.from({ length: 256 * 256 }, (_, i) => ((i * 37) % 101) / 101),
    [256, 256],
  );
  const square = compile((t: typeof x) => t.matmul(t));
  const alone = square(x).data();
  await setThreads(2);
  expect(square(x).data()).toEqual(alone);
  // More than a GiB, of which only addresses are used: nothing is written there.
  const block = allocate(1.1 * 2 ** 30, 'programs');
  expect(threads()).toBe(1);
  expect(runtimeInfo().reason).toBe(
    'threads share less memory than was needed; setThreads(n) starts them again, with more',
  );
  expect(memoryInfo().held).toBeGreaterThan(2 ** 30);
  expect(square(x).data()).toEqual(alone);
  release(block);
  expect([await setThreads(2), runtimeInfo().reason]).toEqual([2, undefined]);
  expect(square(x).data()).toEqual(alone);
});
