// Does the time of a step grow as its multiplications and additions do? Steps of dense networks against width, depth, batch and threads, with the memory
// that they take; rows per second of data; and a long run: node bench/scaling.mjs [--quick] [--only width|depth|batch|threads|data|long]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { adam, dataset, fit, memoryInfo, mse, nn, pipeline, runtimeInfo, setThreads } from '../dist/index.js';
import { readCsv, streamCsv } from '../dist/node.js';
import { trainer } from './peers/regulus.mjs';
import { flopsOf, mlp, problem } from './problems.mjs';
import { timed, withLoad } from './timing.mjs';

const { quick, only } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values;
const pace = quick ? { rounds: 3, milliseconds: 30 } : { rounds: 9, milliseconds: 300 };
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
const milliseconds = (ms) => ms.toPrecision(3);

const print = (title, head, lines) => {
  console.log(`\n## ${title}\n`);
  for (const cells of [head, head.map(() => '---'), ...lines]) console.log(`| ${cells.join(' | ')} |`);
};
const measured = async (candidates) => {
  const { result, foreign } = await withLoad(() => timed(candidates, pace));
  const disturbed = foreign > 0.3 ? ': void' : '';
  console.log(`\nOther processes took ${foreign?.toFixed(2) ?? 'an unknown number'} of a core${disturbed}.`);
  return result;
};

/** `hidden` layers of `width` units between 784 inputs and 10 classes. */
const network = (width, hidden, batch) =>
  problem({
    sizes: [784, ...Array(hidden).fill(width), 10],
    batch,
    batches: 2,
    activation: 'relu',
    loss: 'crossEntropy',
    optimizer: { name: 'adam', learningRate: 1e-3 },
    seed: 1,
  });
/** A trainer that has made a step, with the memory that this took. */
function made(given) {
  const before = memoryInfo();
  const { steps } = trainer(given);
  steps(1);
  const after = memoryInfo();
  return {
    steps,
    flops: flopsOf(given),
    program: after.programs - before.programs,
    model: after.models - before.models,
  };
}

/** A table in which each line is compared with the one before it. The networks take turns. */
async function table(title, what, values, networkOf) {
  const rows = values.map((value) => ({ value, ...made(networkOf(value)) }));
  const times = await measured(rows.map(({ value, steps }) => ({ name: `of ${value}`, run: steps })));
  let last;
  const lines = rows.map(({ value, flops, program, model }) => {
    const { median, spread } = times[`of ${value}`];
    const growth = last && [median / last.median, flops / last.flops];
    last = { median, flops };
    return [
      value,
      (flops / 1e6).toFixed(1),
      milliseconds(median),
      `${Math.round(100 * spread)} %`,
      ((2e6 * median) / flops).toFixed(4),
      growth ? `${growth[0].toFixed(2)} / ${growth[1].toFixed(2)} = ${(growth[0] / growth[1]).toFixed(2)}` : '',
      mebibytes(program),
      mebibytes(model),
    ];
  });
  const head = [what, 'Mflop', 'ms', 'spread', 'ns per multiply-add', 'time grows / flops grow', 'program MiB'];
  print(title, [...head, 'model MiB'], lines);
}

/** Steps with one thread and with two, in turns. */
async function threadsTable() {
  if ((await setThreads(2)) !== 2) throw new Error(`two threads are not to be had: ${runtimeInfo().reason}`);
  const rows = [64, 256, 1024].map((width) => ({ width, ...made(network(width, 2, 128)) }));
  const candidates = rows.flatMap(({ width, steps }) =>
    [1, 2].map((count) => ({
      name: `${width} by ${count}`,
      async run(n) {
        await setThreads(count);
        // Workers wake up and shares are balanced before time is measured.
        steps(quick ? 2 : 20);
        const begun = performance.now();
        steps(n);
        return { milliseconds: performance.now() - begun };
      },
    })),
  );
  const times = await measured(candidates);
  await setThreads(1);
  const lines = rows.map(({ width, flops }) => {
    const [one, two] = [1, 2].map((count) => times[`${width} by ${count}`].median);
    return [width, (flops / 1e6).toFixed(1), milliseconds(one), milliseconds(two), (one / two).toFixed(2)];
  });
  const head = ['width', 'Mflop', 'ms, one thread', 'ms, two threads', 'times as fast'];
  print('Threads: 784-width-width-10, batch 128', head, lines);
}

/** An epoch of a linear model, whose updates cost next to nothing: what remains is the way of the data. */
async function dataTable() {
  const [size, width] = [quick ? 5_000 : 100_000, 20];
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 32);
  };
  const x = Float32Array.from({ length: size * width }, draw);
  const y = Float32Array.from({ length: size }, draw);
  const row = (i) => [...x.subarray(i * width, (i + 1) * width)];
  const names = Array.from({ length: width }, (_, i) => `c${i}`);
  const folder = mkdtempSync(join(tmpdir(), 'scaling-'));
  const path = join(folder, 'rows.csv');
  writeFileSync(
    path,
    [[...names, 'y'].join(), ...Array.from({ length: size }, (_, i) => [...row(i), y[i]].join()), ''].join('\n'),
  );
  try {
    const resident = dataset({ x, shape: [width], y, classes: false });
    const pieces = () =>
      Array.from({ length: Math.ceil(size / 1000) }, (_, i) => resident.slice(1000 * i, 1000 * (i + 1)));
    const options = { loss: mse(), optimizer: adam(), epochs: 1, batchSize: 128, shuffle: false, trainSample: 1 };
    const epoch = (data, encoding) => async () => {
      const linear = nn.sequential([nn.dense(1)]);
      await fit(encoding ? pipeline([encoding, linear]) : linear, data, options);
      return linear.predict([row(0)]).item();
    };
    const streamed = await streamCsv(path, { target: 'y' });
    const ways = {
      'dataset of arrays': () => dataset({ x, shape: [width], y, classes: false }),
      readCsv: () => readCsv(path, { target: 'y' }),
      'fit, an epoch of the set in memory': epoch(resident),
      'fit, an epoch of a stream of sets of 1,000 rows': epoch(
        dataset.stream(pieces, { shape: [width], classes: false, size }),
      ),
      'fit, an epoch of a stream from CSV': epoch(streamed, streamed.encoding),
    };
    const seen = [
      await ways['fit, an epoch of the set in memory'](),
      await epoch(dataset.stream(pieces, { shape: [width], classes: false, size }))(),
    ];
    if (seen[0] !== seen[1]) throw new Error(`the stream trains to ${seen[1]}, the set in memory to ${seen[0]}`);
    const times = await measured(
      Object.entries(ways).map(([name, run]) => ({
        name,
        async run(n) {
          for (let i = 0; i < n; i++) await run();
        },
      })),
    );
    const lines = Object.entries(times).map(([name, { median }]) => [
      name,
      milliseconds(median),
      Math.round((1000 * size) / median).toLocaleString('en'),
    ]);
    print(`Data: ${size.toLocaleString('en')} rows of ${width} numbers and a target`, ['way', 'ms', 'rows/s'], lines);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A network that has learned its examples by heart: its gradients become tiny, and memory must not grow. */
async function longRun() {
  const [steps, part] = quick ? [300, 50] : [3000, 500];
  const { steps: run } = trainer(mlp);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const memory = async () => {
    // Finalizers run in tasks of their own.
    for (let i = 0; i < 3; i++) {
      collect();
      await new Promise((done) => setTimeout(done));
    }
    return { heap: process.memoryUsage().heapUsed, ...memoryInfo() };
  };
  const times = new Float64Array(steps);
  run(50);
  const before = await memory();
  let loss;
  const { foreign } = await withLoad(() => {
    for (let i = 0; i < steps; i++) {
      const begun = performance.now();
      loss = run(1);
      times[i] = performance.now() - begun;
    }
  });
  const after = await memory();
  const median = (list) => list.sort()[list.length >> 1];
  const [first, last] = [median(times.slice(0, part)), median(times.slice(-part))];
  print(
    `A long run: ${steps.toLocaleString('en')} steps of 784-512-256-10, batch 128, Adam`,
    ['what', `first ${part} steps`, `last ${part} steps`, 'ratio'],
    [
      ['median step, ms', milliseconds(first), milliseconds(last), (last / first).toFixed(3)],
      ...[
        ['heap, MiB', 'heap'],
        ['linear memory in use, MiB', 'used'],
        ['linear memory held, MiB', 'held'],
      ].map(([what, key]) => [
        what,
        mebibytes(before[key]),
        mebibytes(after[key]),
        (after[key] / before[key]).toFixed(3),
      ]),
    ],
  );
  console.log(`\nThe last loss is ${loss.toExponential(2)}; other processes took ${foreign?.toFixed(2)} of a core.`);
  if (after.used > before.used || after.held > before.held)
    throw new Error('linear memory has grown while nothing was added');
}

const parts = {
  width: () =>
    table('Width: 784-width-width-10, batch 128', 'width', [64, 128, 256, 512, 1024], (w) => network(w, 2, 128)),
  depth: () => table('Depth: 784-256-…-256-10, batch 128', 'hidden layers', [1, 2, 4, 8], (d) => network(256, d, 128)),
  batch: () => table('Batch: 784-512-512-10', 'batch', [16, 32, 64, 128, 256, 512], (b) => network(512, 2, b)),
  threads: threadsTable,
  data: dataTable,
  long: longRun,
};
if (only && !Object.hasOwn(parts, only)) throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}`);
console.log(`Node ${process.version.slice(1)}, ${runtimeInfo().threads} thread`);
for (const [name, run] of Object.entries(parts)) if (!only || only === name) await run();
process.exit(0);
