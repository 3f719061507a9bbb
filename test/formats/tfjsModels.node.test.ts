import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { fromTfjs } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { fileOf, hasPeers } from './peers.js';
import { difference, numbers, type Tf, tensorflow } from './tfjs.js';

/** What TF.js computes of a model's files: the outputs of the layers with these names, or the model's own. */
async function truthOf(tf: Tf, json: object, weights: Uint8Array, x: R.Tensor, names: readonly string[] = []) {
  const { modelTopology, weightsManifest } = json as {
    modelTopology: object;
    weightsManifest: { weights: object[] }[];
  };
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const weightData = weights.slice().buffer;
  const whole = await tf.layers.loadLayersModel(tf.core.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const { inputs, outputs } = whole;
  const of = names.map((name) => whole.getLayer(name).output);
  const model = tf.layers.model({ inputs, outputs: [...of, ...outputs] });
  const found = model.predict(tf.core.tensor(x.data() as Float32Array, x.shape));
  return Array.isArray(found) ? found : [found];
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
    const x = R.tensor(numbers(2 * 162, 3)).reshape([2, ...shape]);
    const [truth] = await truthOf(tf, JSON.parse(json) as object, weights, x);
    const y = model.predict(x);
    expect(y.shape).toEqual(truth.shape);
    expect(difference(y, truth.dataSync())).toBeLessThan(1e-4);
    expect(model.parameters().reduce((sum, { shape: own }) => sum + own.reduce((a, b) => a * b, 1), 0)).toBe(222_075);
  });

  test('MobileNetV2, quantized', { timeout: 300_000 }, async () => {
    const load = createRequire(new URL('./node_modules/nsfwjs/package.json', import.meta.url));
    const json = load('./dist/models/mobilenet_v2/model.min.js') as object;
    const base64 = load('./dist/models/mobilenet_v2/group1-shard1of1.min.js') as string;
    const weights = new Uint8Array(Buffer.from(base64, 'base64'));
    const x = R.tensor(numbers(224 * 224 * 3, 5)).reshape([1, 224, 224, 3]);
    const [features, truth] = await truthOf(tf, json, weights, x, ['out_relu']);
    const model = fromTfjs(json, weights);
    const y = model.predict(x);
    expect(y.shape).toEqual(truth.shape);
    expect(difference(y, truth.dataSync())).toBeLessThan(1e-4);
    expect(difference(model.upTo('out_relu').predict(x), features.dataSync())).toBeLessThan(1e-4);

    // The beginning of a network that is trained further, on smaller images.
    const backbone = fromTfjs(json, weights, { upTo: 'out_relu', inputShape: [64, 64, 3] });
    const network = R.nn.sequential([backbone, R.nn.globalAvgPool2d(), R.nn.dense(2)]);
    const images = R.tensor(numbers(4 * 64 * 64 * 3, 6)).reshape([4, 64, 64, 3]);
    const data = R.dataset({ x: images, y: [0, 1, 1, 0] });
    const options = { loss: R.crossEntropy(), optimizer: R.adam({ learningRate: 1e-4 }), batchSize: 4, epochs: 3 };
    await R.fit(network, data, options);
    const { 'Conv1.weight': before, 'bn_Conv1.weight': scale } = backbone.state();
    expect(network.state()['0.Conv1.weight']).not.toEqual(before);
    expect(network.state()['0.bn_Conv1.weight']).toEqual(scale);
    const again = R.loadSafetensors(R.saveSafetensors(network));
    expect(again.predict(images).data()).toEqual(network.predict(images).data());
  });
});
