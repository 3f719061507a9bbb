import { expect } from 'vitest';
import { memoryInfo } from '../../src/wasm/memory.js';

/** Expects that no more memory is in use than before. It may be less, because garbage of earlier tests may be collected at any time. */
export function noMoreMemoryThan(before: ReturnType<typeof memoryInfo>): void {
  const { held, ...used } = memoryInfo();
  for (const [owner, bytes] of Object.entries(used))
    expect(bytes, `memory that is in use: ${owner}`).toBeLessThanOrEqual(before[owner as keyof typeof used]);
}
