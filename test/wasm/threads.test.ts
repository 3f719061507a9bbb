import { afterEach, describe, expect, test, vi } from 'vitest';
import * as augment from '../../src/augment/index.js';
import { compile } from '../../src/compile/compile.js';
import { dataset } from '../../src/data/dataset.js';
import { OptionError, ThreadError, UnsupportedError } from '../../src/errors.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adam, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { l1, l2 } from '../../src/regularize/index.js';
import * as constrain from '../../src/regularize/constrain.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, trainStep } from '../../src/train/index.js';
import { threads, words } from '../../src/wasm/engine.js';
import { allocate as allocateBlock, memoryInfo, release } from '../../src/wasm/memory.js';
import { Pool } from '../../src/wasm/pool.js';
import { runtimeInfo, setThreads } from '../../src/wasm/runtime.js';
import '../../src/tensor/methods.js';

afterEach(async () => void (await setThreads(1)));

const { normal } = draws([4, 2], 0);
const images = dataset({
  x: tensor(
    Array.from({ length: 96 * 144 }, () => normal()),
    [96, 12, 12, 1],
  ),
  y: Array.from({ length: 96 }, (_, i) => i % 4),
  classes: 4,
});
const flat = dataset({
  x: tensor(
    Array.from({ length: 300 * 64 }, () => normal()),
    [300, 64],
  ),
  y: Array.from({ length: 300 }, (_, i) => i % 5),
});

/** Trainings whose programs have groups of many parts. */
const TRAININGS = {
  'dense, batch norm, dropout, Adam': async () => {
    const model = nn.sequential([
      nn.dense(256),
      nn.batchNorm(),
      nn.relu(),
      nn.dropout(),
      nn.dense(200),
      nn.tanh(),
      nn.dense(5),
    ]);
    await fit(model, flat, {
      loss: crossEntropy(),
      optimizer: adam(),
      penalties: [l2(1e-3), l1(1e-4, { proximal: true })],
      clip: clip.globalNorm(1),
      constrain: constrain.l1Ball(400),
      epochs: 4,
      batchSize: 128,
    });
    return model.state();
  },
  'convolutions, augmentation, momentum': async () => {
    const conv = (filters: number) => [
      nn.conv2d(filters, 3, { padding: 'same' }),
      nn.batchNorm(),
      nn.relu(),
      nn.maxPool2d(2),
    ];
    const model = nn.sequential([...conv(16), ...conv(32), nn.flatten(), nn.dense(64), nn.relu(), nn.dense(4)]);
    await fit(model, images, {
      loss: crossEntropy({ labelSmoothing: 0.1 }),
      optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      augment: [augment.rotate({ degrees: 10 }), augment.translate({ pixels: 1 }), augment.mixup({ alpha: 0.2 })],
      epochs: 3,
      batchSize: 48,
    });
    return model.state();
  },
  'a transformer with dropout': async () => {
    const model = nn.sequential([
      (x) => x.reshape([-1, 72, 2]),
      nn.dense(8),
      nn.transformer({ heads: 4, hidden: 16, causal: true, keep: 0.9 }),
      nn.attention({ heads: 2 }),
      nn.flatten(),
      nn.dense(4),
    ]);
    await fit(model, images, { loss: crossEntropy(), optimizer: adam(), epochs: 2, batchSize: 48 });
    return model.state();
  },
};

describe.each(Object.entries(TRAININGS))('%s', (_, train) => {
  test('gives the same bits on one, two and three threads', { timeout: 60_000 }, async () => {
    const one = await train();
    for (const count of [2, 3]) {
      expect(await setThreads(count)).toBe(count);
      expect(await train()).toEqual(one);
    }
    await setThreads(1);
    expect(await train()).toEqual(one);
  });
});

test('what lives goes on: models, steps, compiled functions, memory', async () => {
  const make = () => {
    const model = nn.sequential([nn.dense(300), nn.relu(), nn.dense(5)]).build([64]);
    const step = trainStep(model, { loss: crossEntropy(), optimizer: adam() });
    return {
      model,
      step: () => step(tensor([...flat.x.subarray(0, 128 * 64)], [128, 64]), tensor([...flat.y.subarray(0, 128)])),
    };
  };
  const square = compile((x: ReturnType<typeof tensor>) => x.matmul(x).tanh());
  const x = tensor(
    Array.from({ length: 200 * 200 }, () => normal() / 14),
    [200, 200],
  );
  const [a, b] = [make(), make()];
  const y = square(x).data();
  const losses = [a.step()];
  const before = memoryInfo();
  for (const count of [1, 2, 3, 1]) {
    await setThreads(count);
    expect(threads()).toBe(count);
    losses.push(a.step(), a.step());
    expect(square(x).data()).toEqual(y);
    // It may be less, because garbage may have been collected meanwhile; workspaces of threads do not count.
    expect(memoryInfo().used).toBeLessThanOrEqual(before.used);
  }
  expect(losses).toEqual(losses.map(() => b.step()));
  expect(a.model.state()).toEqual(b.model.state());
});

describe('shares of the work', () => {
  const x = tensor(
    Array.from({ length: 320 * 320 }, () => normal() / 18),
    [320, 320],
  );
  // Products by rows and by columns, elementwise parts, sums.
  const work = () =>
    compile((t: typeof x) => t.matmul(t).tanh().slice([0, 0], [320, 288]).transpose().matmul(t).relu().sum(1));
  /** Words of a thread's line: how long it has waited, and where its share begins. */
  const wordsOf = (thread: number): { waited: number; from: number } => {
    const at = ((Pool.current?.table ?? 0) + 64 * thread) >>> 2;
    return { waited: at + 1, from: at + 2 };
  };

  test('may be as unequal as they like: the bits are the same', async () => {
    const alone = work()(x).data();
    await setThreads(3);
    const shared = work();
    for (const cuts of [
      [0, 0],
      [65536, 65536],
      [1000, 64000],
      [20000, 20001],
      [40000, 50000],
    ]) {
      // At first one call of two is made by all threads.
      for (let call = 0; call < 2; call++) {
        cuts.forEach((cut, i) => {
          words()[wordsOf(i + 1).from] = cut;
        });
        expect(shared(x).data(), String(cuts)).toEqual(alone);
      }
    }
  });

  test('grow for who waits, and end where the whole ends', async () => {
    await setThreads(2);
    const shared = work();
    const begins: number[] = [];
    for (let k = 0; k < 12; k++) {
      words()[wordsOf(1).waited] = 1e8;
      shared(x);
      begins.push(words()[wordsOf(1).from]);
    }
    expect(begins[0]).toBeLessThan(32768);
    expect(begins).toEqual([...begins].sort((a, b) => b - a));
    // Thread 0 keeps a twentieth of the work at least.
    expect(begins.at(-1)).toBeGreaterThan(0.045 * 65536);
    expect(words()[wordsOf(0).from]).toBe(0);
    expect(words()[wordsOf(2).from]).toBe(65536);
  });
});

test('come and go without an end: memory is left for others', { timeout: 60_000 }, async () => {
  for (let k = 0; k < 24; k++) {
    expect([await setThreads(2), runtimeInfo().reason]).toEqual([2, undefined]);
    await setThreads(1);
    expect(new Float32Array(1 << 20)).toHaveLength(1 << 20);
  }
});

test('calls wait for one another', async () => {
  expect(await Promise.all([setThreads(2), setThreads(3), setThreads(1), setThreads(2)])).toEqual([2, 3, 1, 2]);
  expect(threads()).toBe(2);
});

test('what is asked for must make sense', async () => {
  await expect(setThreads(0)).rejects.toThrow(OptionError);
  const whole = "it must be a whole number from 1 to 64, or 'auto'";
  await expect(setThreads(1.5)).rejects.toThrow(`setThreads: n is 1.5; ${whole}`);
  const { held } = memoryInfo();
  for (const n of [65, 100_000, Number.POSITIVE_INFINITY])
    await expect(setThreads(n)).rejects.toThrow(`setThreads: n is ${n}; ${whole}`);
  expect(memoryInfo().held).toBe(held);
  await expect(setThreads(2, { relaxed: true })).rejects.toThrow(UnsupportedError);
  expect(await setThreads('auto')).toBeGreaterThanOrEqual(1);
});

test('where the relaxed build is missing, the threads go on', async () => {
  await setThreads(2);
  const { Module } = WebAssembly;
  try {
    WebAssembly.Module = class {
      constructor() {
        throw new WebAssembly.CompileError('no relaxed SIMD');
      }
    } as never;
    await expect(setThreads(1, { relaxed: true })).rejects.toThrow(UnsupportedError);
  } finally {
    WebAssembly.Module = Module;
  }
  expect([threads(), runtimeInfo().relaxed]).toEqual([2, false]);
});

test('workspaces that do not fit are given back', async () => {
  // Garbage of earlier tests may still take memory, so make sure first that there is room for these blocks.
  const size = (memoryInfo().held - (4 << 20)) / 16;
  const fill = (): void => {
    const blocks = new Array(8).fill(0).map(() => allocateBlock(size, 'models'));
    for (const block of blocks) release(block);
  };
  fill();
  const { held } = memoryInfo();
  const allocate = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('no more');
  });
  try {
    expect(await setThreads(64)).toBe(1);
    expect(runtimeInfo().reason).toContain('workers did not start: OutOfMemoryError');
  } finally {
    allocate.mockRestore();
  }
  // They still fit into the memory that is held, because none of it was kept.
  fill();
  expect(memoryInfo().held).toBe(held);
});

test('a place without shared memory computes on one thread, and says why', async () => {
  const own = globalThis.SharedArrayBuffer;
  try {
    (globalThis as { SharedArrayBuffer?: unknown }).SharedArrayBuffer = undefined;
    expect(await setThreads(2)).toBe(1);
    expect(runtimeInfo()).toMatchObject({
      threads: 1,
      sharedMemory: false,
      reason: 'this host has no SharedArrayBuffer',
    });
  } finally {
    globalThis.SharedArrayBuffer = own;
  }
  expect(await setThreads(2)).toBe(2);
  expect(runtimeInfo().reason).toBeUndefined();
});

describe('a thread that dies', () => {
  const inPage = 'window' in globalThis;
  const x = tensor(
    Array.from({ length: 256 * 256 }, () => normal() / 16),
    [256, 256],
  );
  const product = () => compile((t: typeof x) => t.matmul(t).matmul(t));
  // Deno ends a worker only when the event loop runs, and reports it then; the test below covers this.
  const tellsFirst = 'Deno' in globalThis;
  test.skipIf(tellsFirst)(
    'is noticed in the call that waits for it, and the next call works',
    { timeout: 60_000 },
    async () => {
      const alone = product()(x).data();
      await setThreads(2);
      const square = product();
      square(x).data();
      Pool.current?.kill();
      // While the event loop does not run, only the computation itself can notice it. A page stops a worker at some
      // later time, without an event.
      const until = performance.now() + 30_000;
      let error: unknown;
      while (!error && performance.now() < until)
        try {
          if (inPage) await new Promise((resolve) => setTimeout(resolve, 50));
          square(x).data();
        } catch (caught) {
          error = caught;
        }
      expect(error).toBeInstanceOf(ThreadError);
      expect(threads()).toBe(1);
      expect(runtimeInfo().reason).toContain('no sign of life');
      expect(square(x).data()).toEqual(alone);
      expect(await setThreads(2)).toBe(2);
      expect(square(x).data()).toEqual(alone);
    },
  );
  // A page is not told that a worker has been stopped: there the next call notices, as above.
  test.skipIf(inPage)('between calls is replaced by nobody: one computes', async () => {
    await setThreads(2);
    Pool.current?.kill();
    await vi.waitFor(() => expect(threads()).toBe(1), { timeout: 20_000 });
    expect(runtimeInfo().reason).toBeDefined();
  });
});
