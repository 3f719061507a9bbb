import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { digits } from '../../src/digits.js';
import { fromTfjs, toOnnx } from '../../src/formats/index.js';
import { hasPeers } from './peers.js';

const { nn } = R;
const MODEL = './dist/models/mobilenet_v2';

/** Digits of 8 × 8 levels as pictures of 32 × 32 pixels from −1 to 1 in three equal colours. */
function pictures(rows: number): R.Dataset {
  const all = digits({ images: true }).shuffle(3).take(rows);
  const x = new Float32Array(rows * 32 * 32 * 3);
  for (let i = 0; i < rows * 32 * 32; i++) {
    const [row, y, column] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
    const level = all.x[64 * row + 8 * Math.floor(y / 4) + Math.floor(column / 4)] * all.scale;
    x.fill(2 * level - 1, 3 * i, 3 * i + 3);
  }
  return R.dataset({ x, shape: [32, 32, 3], y: Int32Array.from(all.y), classes: 10 });
}

describe.skipIf(!hasPeers)('a head on MobileNetV2', () => {
  test('reads digits on features that were computed once, to the bits of the whole', { timeout: 300_000 }, async () => {
    const load = createRequire(new URL('./node_modules/nsfwjs/package.json', import.meta.url));
    const json = load(`${MODEL}/model.min.js`) as object;
    const weights = Buffer.from(load(`${MODEL}/group1-shard1of1.min.js`) as string, 'base64');
    const backbone = fromTfjs(json, new Uint8Array(weights), { upTo: 'block_6_expand_relu', inputShape: [32, 32, 3] });
    const body = nn.sequential([backbone, nn.flatten()]).build([32, 32, 3]);
    const { train, validation, test: sealed } = R.split(pictures(1000), { seed: 1 });
    const features = R.embed(body, train);
    const options = { loss: R.crossEntropy(), optimizer: R.adam({ learningRate: 1e-3 }), epochs: 12, seed: 4 } as const;
    const head = nn.sequential([nn.dense(10)]).build(features.shape, { seed: 2 });
    await R.fit(head, features, { ...options, validation: R.embed(body, validation as R.Dataset) });
    const model = nn.sequential([body, head]);
    const answers = R.evaluate(model, sealed as R.Dataset, { loss: R.crossEntropy(), metrics: [R.accuracy()] });
    expect(answers.accuracy).toBeGreaterThan(0.9);

    const few = train.take(48);
    const [cached, whole] = [0, 1].map(() => nn.sequential([nn.dense(10)]).build(features.shape, { seed: 2 }));
    await R.fit(cached, R.embed(body, few), { ...options, epochs: 2 });
    const frozen = nn.sequential([nn.frozen(body), whole]);
    await R.fit(frozen, few, { ...options, epochs: 2 });
    const last = frozen.parameters().filter(({ name }) => name.startsWith('1.'));
    expect(last.map(({ get }) => get())).toEqual(cached.parameters().map(({ get }) => get()));
    expect(toOnnx(model).length).toBeGreaterThan(1e5);
  });
});
