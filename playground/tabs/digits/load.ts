import type { Packed } from './data.js';

/** Loads the digits, which are a file of their own. */
export async function digitsLoaded(): Promise<Packed> {
  const { pixels, labels } = await import('../../../src/digits.generated.js');
  return { pixels, labels };
}
