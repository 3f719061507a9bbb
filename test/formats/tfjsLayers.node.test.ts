import { describe, expect, test } from 'vitest';
import { fromTfjs } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { hasPeers } from './peers.js';
import { difference, numbers, randomize, saved, type Tf, type TfTensor, tensorflow } from './tfjs.js';

const BATCH = 3;
const image = [7, 5, 3];
const sequence = [9, 4];
const same = { padding: 'same' };
const start = { recurrentInitializer: 'glorotUniform' };
const gates = { ...start, recurrentActivation: 'sigmoid' };
/** A layer by the name of its function in TF.js, its options, and the shape of one example, or of several inputs. */
type Row = readonly [
  name: string,
  options: object,
  shape: readonly number[] | readonly (readonly number[])[],
  more?: { ids?: number },
];
const ROWS: readonly Row[] = [
  ...[undefined, 'linear', 'relu', 'relu6', 'tanh', 'sigmoid', 'softmax', 'elu', 'selu', 'softplus', 'softsign'].map(
    (activation): Row => ['dense', { units: 4, activation }, [5]],
  ),
  ...['hardSigmoid', 'swish', 'mish', 'gelu', 'gelu_new'].map(
    (activation): Row => ['dense', { units: 4, activation }, [5]],
  ),
  ['dense', { units: 3, useBias: false }, [6, 5]],
  ['conv1d', { filters: 3, kernelSize: 4 }, sequence],
  ['conv1d', { filters: 3, kernelSize: 4, strides: 3, ...same, activation: 'relu' }, sequence],
  ['conv1d', { filters: 3, kernelSize: 3, dilationRate: 2, useBias: false }, sequence],
  ['conv2d', { filters: 4, kernelSize: 3 }, image],
  ['conv2d', { filters: 4, kernelSize: [2, 3], strides: [2, 3], ...same, activation: 'relu6' }, image],
  ['conv2d', { filters: 4, kernelSize: [4, 2], strides: 2, ...same }, image],
  ['conv2d', { filters: 4, kernelSize: 2, dilationRate: [3, 2], ...same, useBias: false }, image],
  ['conv2d', { filters: 4, kernelSize: 1, activation: 'softmax' }, image],
  ['depthwiseConv2d', { kernelSize: 3 }, image],
  ['depthwiseConv2d', { kernelSize: [3, 2], depthMultiplier: 2, strides: [2, 2], ...same, activation: 'relu' }, image],
  ['depthwiseConv2d', { kernelSize: 2, useBias: false }, image],
  ['separableConv2d', { filters: 5, kernelSize: 3 }, image],
  ['separableConv2d', { filters: 5, kernelSize: [2, 3], strides: 2, ...same, activation: 'tanh' }, image],
  ['separableConv2d', { filters: 5, kernelSize: 2, useBias: false }, image],
  ['conv2dTranspose', { filters: 4, kernelSize: 3 }, image],
  ['conv2dTranspose', { filters: 4, kernelSize: [4, 3], strides: [2, 3], ...same, activation: 'relu' }, image],
  ['conv2dTranspose', { filters: 4, kernelSize: [2, 1], strides: 3, useBias: false }, image],
  ['conv2dTranspose', { filters: 4, kernelSize: 2, strides: 3, ...same }, image],
  ['batchNormalization', {}, image],
  ['batchNormalization', { epsilon: 0.1, momentum: 0.9 }, [5]],
  ['batchNormalization', { scale: false }, image],
  ['batchNormalization', { center: false }, sequence],
  ['batchNormalization', { scale: false, center: false }, [5]],
  ['layerNormalization', {}, [5]],
  ['layerNormalization', { epsilon: 0.1, scale: false, axis: [3] }, image],
  ['layerNormalization', { center: false }, sequence],
  ...['relu', 'softmax', 'sigmoid', 'linear'].map((activation): Row => ['activation', { activation }, sequence]),
  ['reLU', {}, image],
  ['reLU', { maxValue: 0.4 }, image],
  ['leakyReLU', {}, image],
  ['leakyReLU', { alpha: 0.1 }, [5]],
  ['thresholdedReLU', { theta: 0.3 }, [5]],
  ['prelu', {}, [5]],
  ['prelu', {}, image],
  ['prelu', { sharedAxes: [1, 2] }, image],
  ['prelu', { sharedAxes: [2] }, image],
  ['prelu', { sharedAxes: [3] }, image],
  ['elu', {}, [5]],
  ['softmax', {}, [5]],
  ['softmax', { axis: 2 }, sequence],
  ['maxPooling1d', { poolSize: 2 }, sequence],
  ['maxPooling1d', { poolSize: 3, strides: 2, ...same }, sequence],
  ['averagePooling1d', { poolSize: 4, strides: 1, ...same }, sequence],
  ['averagePooling1d', { poolSize: 2 }, sequence],
  ['maxPooling2d', { poolSize: 2 }, image],
  ['maxPooling2d', { poolSize: [3, 2], strides: [2, 1], ...same }, image],
  ['averagePooling2d', { poolSize: [2, 3] }, image],
  ['averagePooling2d', { poolSize: 3, strides: 2, ...same }, image],
  ['globalAveragePooling1d', {}, sequence],
  ['globalMaxPooling1d', {}, sequence],
  ['globalAveragePooling2d', {}, image],
  ['globalMaxPooling2d', {}, image],
  ['flatten', {}, image],
  ['reshape', { targetShape: [5, -1] }, image],
  ['permute', { dims: [3, 1, 2] }, image],
  ['repeatVector', { n: 4 }, [5]],
  ['dropout', { rate: 0.3 }, image],
  ['spatialDropout1d', { rate: 0.3 }, sequence],
  ['gaussianDropout', { rate: 0.3 }, [5]],
  ['gaussianNoise', { stddev: 0.3 }, [5]],
  ['alphaDropout', { rate: 0.3 }, [5]],
  ['zeroPadding2d', { padding: 2 }, image],
  [
    'zeroPadding2d',
    {
      padding: [
        [0, 1],
        [2, 3],
      ],
    },
    image,
  ],
  ['cropping2D', { cropping: 1 }, image],
  [
    'cropping2D',
    {
      cropping: [
        [2, 1],
        [0, 3],
      ],
    },
    image,
  ],
  ['upSampling2d', { size: [2, 3] }, image],
  ['embedding', { inputDim: 7, outputDim: 3 }, [6], { ids: 7 }],
  ['rescaling', { scale: 1 / 127.5, offset: -1 }, image],
  ['add', {}, [image, image, image]],
  ['multiply', {}, [image, image, image]],
  ['average', {}, [image, image, image]],
  ['maximum', {}, [image, image, image]],
  ['minimum', {}, [image, image, image]],
  ['concatenate', {}, [image, image, image]],
  ['concatenate', { axis: 1 }, [sequence, sequence]],
  ['simpleRNN', { units: 3, ...start }, sequence],
  ['simpleRNN', { units: 3, ...start, returnSequences: true, goBackwards: true, useBias: false }, sequence],
  ['lstm', { units: 3, ...gates }, sequence],
  ['lstm', { units: 3, ...gates, returnSequences: true, goBackwards: true }, sequence],
  ['lstm', { units: 3, ...gates, goBackwards: true, useBias: false }, sequence],
];

describe.skipIf(!hasPeers)('layers of TF.js', async () => {
  const tf = hasPeers ? await tensorflow() : (undefined as unknown as Tf);
  const lstm = (returnSequences: boolean): unknown => tf.layers.layers.lstm({ units: 3, ...gates, returnSequences });
  const both = ['concat', 'sum', 'mul', 'ave'].map((mergeMode) => ({
    name: `bidirectional ${mergeMode}`,
    row: (): Row => ['bidirectional', { layer: lstm(mergeMode !== 'sum'), mergeMode }, sequence],
  }));
  const rows = ROWS.map((row) => ({ name: `${row[0]} ${JSON.stringify(row[1])}`, row: () => row }));

  test.each([...rows, ...both])('$name', async ({ row }) => {
    const [name, options, given, { ids } = {}] = row();
    const shapes = (Array.isArray(given[0]) ? given : [given]) as readonly (readonly number[])[];
    const inputs = shapes.map((shape, i) => tf.layers.input({ shape, name: `in${i}` }));
    const layer = tf.layers.layers[name]({ ...options, name: 'it' });
    const model = tf.layers.model({ inputs, outputs: layer.apply(inputs.length > 1 ? inputs : inputs[0]) });
    randomize(tf, model, 7);
    const xs = shapes.map((shape, i) => {
      const values = numbers(BATCH * shape.reduce((a, b) => a * b, 1), 90 + i, 2);
      return ids ? values.map((v) => Math.floor(((v + 2) / 4) * ids)) : values;
    });
    const tensors = xs.map((x, i) => tf.core.tensor(x, [BATCH, ...shapes[i]]));
    const truth = model.predict(tensors.length > 1 ? tensors : tensors[0]) as TfTensor;
    const { json, weights } = await saved(model);
    const ours = xs.map((x, i) => R.tensor(x).reshape([BATCH, ...shapes[i]]));
    const x = ours.length > 1 ? Object.fromEntries(ours.map((each, i) => [`in${i}`, each])) : ours[0];
    const y = fromTfjs(json, weights).predict(x as R.Tensor);
    expect(y.shape).toEqual(truth.shape);
    expect(difference(y, truth.dataSync())).toBeLessThan(1e-5);
  });
});
