import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { fromTfjs } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { fileOf, hasPeers } from './peers.js';
import { difference, numbers, type Tf, tensorflow } from './tfjs.js';

/** What another library computes of an imported model's files. */
async function truthOf(
  tf: Tf,
  json: object,
  weights: Uint8Array<ArrayBuffer>,
  x: Float32Array,
  shape: readonly number[],
) {
  const { modelTopology, weightsManifest } = json as {
    modelTopology: object;
    weightsManifest: { weights: object[] }[];
  };
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const handler = tf.core.io.fromMemory({ modelTopology, weightSpecs, weightData: weights.slice().buffer });
  const model = await tf.layers.loadLayersModel(handler);
  return model.predict(tf.core.tensor(x, shape));
}
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe.skipIf(!hasPeers)('models of other packages', async () => {
  const tf = hasPeers ? await tensorflow() : (undefined as unknown as Tf);

  test('a network that enlarges images, of any size', async () => {
    const json = textOf(await fileOf('@upscalerjs/default-model/models/model.json'));
    const weights = await fileOf('@upscalerjs/default-model/models/group1-shard1of1.bin');
    expect(() => fromTfjs(json, weights)).toThrow(
      "fromTfjs: the input 'LR' is [null, null, 3]; give { inputShape: [64, 64, 3] }, the shape of one example",
    );
    const shape = [9, 6, 3];
    const model = fromTfjs(json, weights, { inputShape: shape });
    const x = numbers(2 * 162, 3);
    const truth = await truthOf(tf, JSON.parse(json) as object, weights, x, [2, ...shape]);
    const y = model.predict(R.tensor(x).reshape([2, ...shape]));
    expect(y.shape).toEqual(truth.shape);
    expect(difference(y, truth.dataSync())).toBeLessThan(1e-4);
    expect(model.parameters().reduce((sum, { shape: own }) => sum + own.reduce((a, b) => a * b, 1), 0)).toBe(222_075);
  });

  test('MobileNetV2, quantized', { timeout: 300_000 }, async () => {
    const load = createRequire(new URL('./node_modules/nsfwjs/package.json', import.meta.url));
    const json = load('./dist/models/mobilenet_v2/model.min.js') as object;
    const base64 = load('./dist/models/mobilenet_v2/group1-shard1of1.min.js') as string;
    const weights = new Uint8Array(Buffer.from(base64, 'base64'));
    let t = performance.now();
    const model = fromTfjs(json, weights);
    console.log('import', performance.now() - t);
    const shape = [1, 224, 224, 3];
    const x = numbers(224 * 224 * 3, 5);
    t = performance.now();
    const y = model.predict(R.tensor(x).reshape(shape));
    console.log('predict', performance.now() - t);
    t = performance.now();
    const truth = await truthOf(tf, json, weights, x, shape);
    expect(y.shape).toEqual(truth.shape);
    const d = difference(y, truth.dataSync());
    console.log('truth', performance.now() - t, d, y.toArray());
    expect(d).toBeLessThan(1e-4);
  });
});
