// A head on the features of MobileNetV2, from end to end: the backbone looks at all pictures once, and a dense layer learns on what it says. Beside TensorFlow.js, whose
// backbone runs on its WASM backend; the head on that or on its CPU backend, whichever is faster. One thread each.
// npm run build && npm ci --ignore-scripts --prefix bench && npm ci --ignore-scripts --prefix test/formats && node bench/transfer.mjs
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { digits } from '../dist/digits.mjs';
import { fromTfjs } from '../dist/formats.mjs';
import * as R from '../dist/index.mjs';

const [ROWS, SIDE, EPOCHS, CUT] = [1000, 32, 20, 'block_6_expand_relu'];
const load = createRequire(new URL('../test/formats/node_modules/nsfwjs/package.json', import.meta.url));
const json = load('./dist/models/mobilenet_v2/model.min.js');
const weights = new Uint8Array(Buffer.from(load('./dist/models/mobilenet_v2/group1-shard1of1.min.js'), 'base64'));

/** Digits of 8 × 8 levels as pictures from −1 to 1 in three equal colours. */
const all = digits({ images: true }).shuffle(3).take(ROWS);
const x = new Float32Array(ROWS * SIDE * SIDE * 3);
for (let i = 0; i < ROWS * SIDE * SIDE; i++) {
  const [row, y, column] = [Math.floor(i / SIDE / SIDE), Math.floor(i / SIDE) % SIDE, i % SIDE];
  const level = all.x[64 * row + 8 * Math.floor((y * 8) / SIDE) + Math.floor((column * 8) / SIDE)] * all.scale;
  x.fill(2 * level - 1, 3 * i, 3 * i + 3);
}
const labels = Int32Array.from(all.y);

async function ours() {
  const backbone = fromTfjs(json, weights, { upTo: CUT, inputShape: [SIDE, SIDE, 3] });
  const body = R.nn.sequential([backbone, R.nn.flatten()]).build([SIDE, SIDE, 3]);
  const data = R.dataset({ x, shape: [SIDE, SIDE, 3], y: labels, classes: 10 });
  const begun = performance.now();
  const features = R.embed(body, data);
  const embedded = performance.now();
  const head = R.nn.sequential([R.nn.dense(10)]);
  const run = await R.fit(head, features, {
    loss: R.crossEntropy(),
    optimizer: R.adam(),
    epochs: EPOCHS,
    metrics: [R.accuracy()],
  });
  const ended = performance.now();
  return {
    features: features.x,
    embed: embedded - begun,
    head: ended - embedded,
    accuracy: run.history.at(-1).training.accuracy,
  };
}

/** TF.js with its backbone on WASM, and the head on a backend. */
async function theirs(backend) {
  await tf.setBackend('wasm');
  const topology = structuredClone(json.modelTopology);
  const layers = topology.model_config.config.layers;
  layers[0].config.batch_input_shape = [null, SIDE, SIDE, 3];
  // Only what comes before the cut fits smaller pictures.
  const end = layers.findIndex(({ name }) => name === CUT);
  topology.model_config.config.layers = layers.slice(0, end + 1);
  topology.model_config.config.output_layers = [[CUT, 0, 0]];
  const names = new Set(topology.model_config.config.layers.map(({ name }) => name));
  const specs = json.weightsManifest.flatMap((group) => group.weights);
  let at = 0;
  const kept = [];
  const pieces = [];
  for (const spec of specs) {
    const size =
      spec.shape.reduce((a, b) => a * b, 1) * (spec.quantization?.dtype === 'uint8' ? 1 : spec.quantization ? 2 : 4);
    if (names.has(spec.name.split('/')[0])) {
      kept.push(spec);
      pieces.push(weights.slice(at, at + size));
    }
    at += size;
  }
  const weightData = new Uint8Array(Buffer.concat(pieces)).buffer;
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: topology, weightSpecs: kept, weightData }));
  const input = tf.tensor(x, [ROWS, SIDE, SIDE, 3]);
  const begun = performance.now();
  const features = tf.tidy(() => model.predict(input, { batchSize: 32 }).reshape([ROWS, -1]));
  const numbers = await features.data();
  const embedded = performance.now();
  await tf.setBackend(backend);
  const rows = tf.tensor(numbers, features.shape);
  const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 10).toFloat());
  const head = tf.sequential({
    layers: [tf.layers.dense({ units: 10, activation: 'softmax', inputShape: [features.shape[1]] })],
  });
  head.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await head.fit(rows, targets, { epochs: EPOCHS, batchSize: 32, yieldEvery: 'never', verbose: 0 });
  const ended = performance.now();
  return { features: numbers, embed: embedded - begun, head: ended - embedded, accuracy: history.acc.at(-1) };
}

setWasmPaths(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).pathname);
setThreadsCount(1);
const found = [];
// In turns, so that a machine that gets slower does so for all; the first turn warms up.
for (let turn = 0; turn < 3; turn++)
  for (const [name, run] of [
    ['regulus', ours],
    ['tfjs, head on wasm', () => theirs('wasm')],
    ['tfjs, head on cpu', () => theirs('cpu')],
  ]) {
    const result = await run();
    if (turn) found.push({ name, ...result });
  }
const first = found.find(({ name }) => name === 'regulus').features;
const other = found.find(({ name }) => name !== 'regulus').features;
const most = other.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
const apart = first.reduce((a, b, i) => Math.max(a, Math.abs(b - other[i])), 0) / most;
if (!(apart < 1e-4)) throw new Error(`the features differ by ${apart} of the largest`);
const best = (name, part) => Math.min(...found.filter((one) => one.name === name).map((one) => one[part]));
console.log(`${ROWS} pictures of ${SIDE}×${SIDE}, ${EPOCHS} epochs; features agree to ${apart.toExponential(1)}`);
for (const name of new Set(found.map((one) => one.name))) {
  const [embed, head] = [best(name, 'embed'), best(name, 'head')];
  const { accuracy } = found.find((one) => one.name === name);
  console.log(
    `${name.padEnd(20)} backbone ${embed.toFixed(0)} ms, head ${head.toFixed(0)} ms, together ${(embed + head).toFixed(0)} ms; accuracy ${accuracy.toFixed(3)}`,
  );
}
