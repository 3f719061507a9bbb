import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as R from '../../src/index.js';
import { blocksOf, runBlock, type Scope } from '../support/blocks.js';
import { hasPeers, peer } from './peers.js';

/** The guide's programs that use other libraries, after those that a test of the guides runs. */
test.skipIf(!hasPeers)('the recipe of docs/guide/onnx-out.md', { timeout: 60_000 }, async () => {
  const blocks = blocksOf(readFileSync('docs/guide/onnx-out.md', 'utf8'));
  const OTHER = 'onnxruntime-web';
  const { env, InferenceSession, Tensor } = await peer<Scope>(OTHER);
  let scope: Scope = { env, InferenceSession, Tensor };
  for (const { code } of blocks.filter(({ language }) => ['js', 'mjs'].includes(language)))
    scope = { ...scope, ...(await runBlock(code.replace(new RegExp(`^import .*'${OTHER}'$`, 'm'), ''), scope)) };
  const { logits, model, images } = scope as { logits: Float32Array; model: R.Model; images: number[][][][] };
  const expected = model.predict([images[0]]).data();
  expected.forEach((value, i) => {
    expect(logits[i]).toBeCloseTo(value, 4);
  });
});
