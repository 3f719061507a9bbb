import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { crc32c } from '../../src/loggers/crc32c.js';
import { tensorBoard } from '../../src/loggers/index.js';
import * as protobuf from '../../src/loggers/protobuf.js';
import { tfRecord } from '../../src/loggers/tfRecord.js';
import { events, records } from './events.js';
import { epoch, sink, step, validation } from './records.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (list: Iterable<number>): string => Array.from(list, (n) => n.toString(16).padStart(2, '0')).join('');
const joined = (pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(pieces.flatMap((piece) => [...piece]));

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4; the last one is the check value of the catalogue of CRCs.
  test.each([
    ['nothing', new Uint8Array(0), 0],
    ['32 bytes of 0', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of 255', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 … 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['31 … 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['123456789', bytes('123456789'), 0xe3069283],
  ])('of %s', (_, data, crc) => expect(crc32c(data)).toBe(crc));
});

describe('fields', () => {
  // The first two are the examples of the description of the wire format.
  test.each([
    [150, '089601'],
    [0, '0800'],
    [127, '087f'],
    [128, '088001'],
    [2 ** 31, '088080808008'],
    [2 ** 32 + 1, '088180808010'],
    [Number.MAX_SAFE_INTEGER, '08ffffffffffffff0f'],
  ])('the whole number %i', (n, expected) => expect(hex(protobuf.int64(1, n))).toBe(expected));
  test('text, messages, numbers', () => {
    expect(hex(protobuf.string(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(protobuf.string(1, 'ö'))).toBe('0a02c3b6');
    expect(hex(protobuf.message(3, protobuf.int64(1, 150)))).toBe('1a03089601');
    expect(hex(protobuf.message(16, new Array<number>(300).fill(7)).slice(0, 5))).toBe('8201ac0207');
    expect(hex(protobuf.double(1, 1))).toBe('09000000000000f03f');
    expect(hex(protobuf.float(2, -2))).toBe('15000000c0');
  });
});

describe('records', () => {
  test.each([0, 1, 7, 1000])('of %i bytes are framed', (size) => {
    const data = Uint8Array.from({ length: size }, (_, i) => (i * 37) % 256);
    const framed = tfRecord(data);
    expect(framed).toHaveLength(size + 16);
    expect(records(framed)).toEqual([data]);
  });
  test('a bit that was turned over is found', () => {
    for (const place of [0, 9, 13, 20]) {
      const framed = tfRecord(bytes('12345'));
      framed[place] ^= 4;
      expect(() => records(framed)).toThrow();
    }
  });
});

describe('tensorBoard', () => {
  const written = (...told: [number, object?][]): Uint8Array => {
    const { to, got } = sink<Uint8Array>();
    const logger = tensorBoard({ to, clock: () => 1_700_000_000_250 });
    for (const [n, more] of told) logger.epoch(epoch(n, more));
    logger.end?.({ reason: 'epochs', epoch: told.length });
    return joined(got);
  };
  const time = 1_700_000_000.25;
  const version = { time, version: 'brain.Event:2' };

  test('the version, then an event for each epoch', () => {
    const scalars = {
      epoch: 1,
      loss: 0.5,
      'training/loss': 0.75,
      'training/accuracy': 0.5,
      learningRate: Math.fround(1e-3),
      gradNorm: 2.5,
      seconds: 0.125,
    };
    const more = { ...scalars, epoch: 3, loss: 0.25, 'training/loss': 0.25 };
    expect(events(written([1], [3, { validation }]))).toEqual([
      version,
      { time, step: 40n, scalars },
      { time, step: 120n, scalars: { ...more, 'validation/loss': 0.875, 'validation/accuracy': 0.25 } },
    ]);
  });
  test('the first bytes of every such file', () => {
    // Length 24; wall_time 0; file_version. As TensorFlow writes it, but for the time.
    const { to, got } = sink<Uint8Array>();
    tensorBoard({ to, clock: () => 0 }).epoch(epoch(1));
    expect(hex(got[0].subarray(0, 8))).toBe('1800000000000000');
    // The masked checksum of that length, which begins TensorFlow's own files.
    expect(hex(got[0].subarray(8, 12))).toBe('a37f4b22');
    expect(hex(got[0].subarray(12, -4))).toBe(`09${'00'.repeat(8)}1a0d${hex(bytes('brain.Event:2'))}`);
  });
  test('what is not finite stays as it is, and names may hold anything', () => {
    const training = { loss: Number.NaN, 'top.5 ö': -Infinity };
    expect(events(written([1, { training }]))[1].scalars).toMatchObject({
      'training/loss': Number.NaN,
      'training/top.5 ö': -Infinity,
    });
  });
  test.each([0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER])('step %i', (n) => {
    expect(events(written([1, { step: n }]))[1].step).toBe(BigInt(n));
  });
  test.each([-1, 0.5, Number.NaN])('refuses step %d, and writes nothing', (n) => {
    const { to, got } = sink<Uint8Array>();
    const refused = new OptionError(`loggers.tensorBoard: step is ${n}; it must be a whole number from 0`);
    expect(() => tensorBoard({ to }).epoch(epoch(1, { step: n }))).toThrow(refused);
    expect(got).toEqual([]);
  });
  test('updates have tags of their own, and times come from the clock', () => {
    const { to, got } = sink<Uint8Array>();
    let now = 0;
    const logger = tensorBoard({ to, steps: true, clock: () => (now += 500) });
    logger.step?.(step(0));
    logger.epoch(epoch(1));
    logger.step?.(step(40));
    const all = events(joined(got));
    expect(all.map((event) => event.time)).toEqual([0.5, 1, 1.5, 2]);
    expect(all.map((event) => event.step)).toEqual([undefined, 0n, 40n, 40n]);
    expect(all[1].scalars).toEqual({
      'step/epoch': 1,
      'step/loss': 0.5,
      'step/learningRate': Math.fround(0.01),
      'step/gradNorm': 3,
    });
  });
  test('without a clock, the system gives the time', () => {
    const { to, got } = sink<Uint8Array>();
    const before = Date.now() / 1000;
    tensorBoard({ to }).epoch(epoch(1));
    const [first, second] = events(joined(got)).map((event) => event.time);
    expect(first).toBeGreaterThanOrEqual(before);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(second).toBeLessThanOrEqual(Date.now() / 1000);
  });
});
