import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { memoryInfo, RegulusError } from '../../src/index.js';
import { READERS, type Reader } from './readers.js';

/** `npm run fuzz` asks for more, and for other seeds. */
const COUNT = Number(process.env.READERS ?? 5000);
const FIRST = Number(process.env.SEED ?? 0);
/** A reader may take memory of twice its file, and so many bytes. */
const CONSTANT = 1 << 20;
/** One that takes as many milliseconds hangs: the process is ended, with the reader's name and the seed. */
const HANGS = 20_000;

/** Another thread looks whether this one goes on. */
const alive = new Int32Array(new SharedArrayBuffer(8));
alive[0] = -1;
const watchdog = new Worker(
  `const { workerData: alive } = require('node:worker_threads');
   for (;;) {
     const before = alive[0];
     if (Atomics.wait(alive, 0, before, ${HANGS}) !== 'timed-out' || before < 0) continue;
     require('node:fs').writeSync(2, 'the reader hangs: number ' + alive[1] + ' of READERS, seed ' + (before - 1) + '\\n');
     process.kill(process.pid, 'SIGKILL');
   }`,
  { eval: true, workerData: alive },
);
watchdog.unref();
function say(seed: number): void {
  Atomics.store(alive, 0, seed);
  Atomics.notify(alive, 0);
}

/** Bytes of the typed arrays that were made since; strings and lists are made of bytes that are there. */
let taken = 0;
const arrays = [Float32Array, Float64Array, Int32Array, Uint8Array, Uint16Array, Uint32Array] as const;
for (const kind of arrays)
  Object.defineProperty(globalThis, kind.name, {
    value: new Proxy(kind, {
      construct: (made, args: never[], target) => {
        const array = Reflect.construct(made, args, target) as Uint8Array;
        if (!((args[0] as unknown) instanceof ArrayBuffer)) taken += array.byteLength;
        return array;
      },
    }),
  });
afterAll(async () => {
  for (const kind of arrays) Object.defineProperty(globalThis, kind.name, { value: kind });
  await watchdog.terminate();
});

/** Whole numbers below n, by a seed (Mulberry32). */
function drawing(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}
const spliced = (bytes: Uint8Array, from: number, to: number, into: ArrayLike<number>): Uint8Array => {
  const made = new Uint8Array(from + into.length + bytes.length - to);
  made.set(bytes.subarray(0, from));
  made.set(into, from);
  made.set(bytes.subarray(to), from + into.length);
  return made;
};
type Mutation = (bytes: Uint8Array, draw: (n: number) => number, reader: Reader) => Uint8Array;
const MUTATIONS: readonly Mutation[] = [
  // A bit, a byte, a byte that sizes are made of.
  (bytes, draw) => {
    const at = draw(bytes.length);
    return bytes.map((b, i) => (i === at ? b ^ (1 << draw(8)) : b));
  },
  (bytes, draw) => {
    const at = draw(bytes.length + 1);
    return spliced(bytes, at, Math.min(bytes.length, at + 1), [draw(256)]);
  },
  (bytes, draw) => {
    const at = draw(Math.min(bytes.length, 64) + 1);
    return spliced(bytes, at, Math.min(bytes.length, at + 1), [[0, 1, 0x7f, 0x80, 0xff][draw(5)]]);
  },
  // Cut, left out, repeated.
  (bytes, draw) => bytes.slice(0, draw(bytes.length + 1)),
  (bytes, draw) => {
    const at = draw(bytes.length + 1);
    return spliced(bytes, at, Math.min(bytes.length, at + 1 + draw(16)), []);
  },
  (bytes, draw) => {
    const at = draw(bytes.length + 1);
    return spliced(bytes, at, at, bytes.slice(at, at + 1 + draw(40)));
  },
  // What such files are made of, a number in place of another, a piece of another file.
  (bytes, draw, { tokens }) => {
    const at = draw(bytes.length + 1);
    return spliced(bytes, at, Math.min(bytes.length, at + draw(4)), [
      ...Buffer.from(tokens[draw(tokens.length)], 'utf8'),
    ]);
  },
  (bytes, draw) => {
    const digits = [...bytes.keys()].filter((i) => bytes[i] >= 48 && bytes[i] <= 57);
    if (!digits.length) return bytes;
    const at = digits[draw(digits.length)];
    const numbers = ['0', '-1', '9'.repeat(1 + draw(25)), '1e308', '0.5', '2147483648'];
    return spliced(bytes, at, at + 1, [...Buffer.from(numbers[draw(numbers.length)])]);
  },
  (bytes, draw, { seeds }) => {
    const other = seeds[draw(seeds.length)];
    const from = draw(other.length);
    const at = draw(bytes.length + 1);
    return spliced(bytes, at, Math.min(bytes.length, at + draw(32)), other.slice(from, from + 1 + draw(64)));
  },
];

test.each(Object.entries(READERS))(
  `${COUNT} files for %s end in a result or in a reason`,
  { timeout: 60_000 + 20 * COUNT },
  async (name, reader) => {
    const failures: string[] = [];
    const before = memoryInfo();
    let read = 0;
    Atomics.store(alive, 1, Object.keys(READERS).indexOf(name));
    for (let seed = FIRST; seed < FIRST + COUNT && failures.length < 20; seed++) {
      const draw = drawing(seed);
      let bytes = reader.seeds[draw(reader.seeds.length)];
      for (let times = draw(4); times >= 0; times--) bytes = MUTATIONS[draw(MUTATIONS.length)](bytes, draw, reader);
      say(seed + 1);
      taken = 0;
      try {
        await reader.read(bytes, draw);
        read++;
      } catch (error) {
        if (!(error instanceof RegulusError)) failures.push(`${name}: seed ${seed}: ${error}`);
        else if (error.message.length > 2000)
          failures.push(`${name}: seed ${seed}: a message of ${error.message.length}`);
      }
      if (taken > 2 * bytes.length + (reader.least ?? CONSTANT))
        failures.push(`${name}: seed ${seed}: ${taken} bytes for ${bytes.length}`);
    }
    say(-1);
    expect(failures).toEqual([]);
    // Some files are good after all: mutations are not all of one kind.
    expect(read).toBeGreaterThan(COUNT / 200);
    expect(read).toBeLessThan(COUNT);
    // Models from before may be collected meanwhile.
    expect(memoryInfo().used).toBeLessThanOrEqual(before.used);
    expect(memoryInfo().held - before.held).toBeLessThan(1 << 24);
  },
);
