import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OptionError } from '../../src/errors.js';
import * as loggers from '../../src/loggers/index.js';
import { numbersOf } from '../../src/loggers/paths.js';
import { epoch, sink, step, validation } from './records.js';

describe('paths', () => {
  test('of all numbers, in the order of the record', () => {
    expect(numbersOf(epoch(1, { validation: { accuracy: 0.25, loss: 0.875 } }))).toEqual([
      ['epoch', 1],
      ['step', 40],
      ['loss', 0.5],
      ['training.loss', 0.75],
      ['training.accuracy', 0.5],
      ['learningRate', 1e-3],
      ['gradNorm', 2.5],
      ['seconds', 0.125],
      ['validation.accuracy', 0.25],
      ['validation.loss', 0.875],
    ]);
  });
  test('what is no number is left out, what is not finite is not', () => {
    const record = {
      a: Number.NaN,
      b: 'text',
      c: null,
      d: undefined,
      e: { f: -Infinity, g: '1', h: { i: 1 } },
      j: true,
    };
    expect(numbersOf(record)).toEqual([
      ['a', Number.NaN],
      ['e.f', -Infinity],
    ]);
  });
});

describe('console', () => {
  test('a line for an epoch, numbers below each other', () => {
    const { to, got } = sink<string>();
    const logger = loggers.console({ to });
    logger.epoch(epoch(1, { validation }));
    logger.epoch(epoch(20, { validation: { loss: 1e-5, accuracy: 1 }, learningRate: 2.5e-4, seconds: 12.345 }));
    logger.epoch(epoch(300, { validation: { loss: 350.25, accuracy: 0 }, learningRate: 0 }));
    logger.end?.({ reason: 'epochs', epoch: 300 });
    expect(got).toEqual([
      'epoch    1   training loss  0.7500 accuracy  0.5000   validation loss  0.8750 accuracy  0.2500   rate 1.00e-3      0.13 s',
      'epoch   20   training loss  0.0375 accuracy  0.5000   validation loss 1.00e-5 accuracy  1.0000   rate 2.50e-4     12.35 s',
      'epoch  300   training loss  0.0025 accuracy  0.5000   validation loss   350.3 accuracy  0.0000   rate 0.00e+0      0.13 s',
    ]);
  });
  test.each([
    [Number.NaN, '    NaN'],
    [-Infinity, '-Infinity'],
    [-0.5, '-0.5000'],
    [99.5, '99.5000'],
    [99_999, '99999.0'],
    [123_456, '1.23e+5'],
    [9e-4, '9.00e-4'],
  ])('%s as a loss', (loss, shown) => {
    const { to, got } = sink<string>();
    loggers.console({ to }).epoch(epoch(1, { training: { loss } }));
    expect(got).toEqual([`epoch    1   training loss ${shown}   rate 1.00e-3      0.13 s`]);
  });
  test.each([
    [10, 25, [1, 10, 20, 25]],
    [10, 20, [1, 10, 20]],
    [100, 1, [1]],
    [2, 0, []],
  ])('every %i of %i epochs: the first, and the last where it ends', (every, epochs, shown) => {
    const { to, got } = sink<string>();
    const logger = loggers.console({ to, every });
    for (const _ of ['one training', 'and another']) {
      for (let n = 1; n <= epochs; n++) logger.epoch(epoch(n));
      logger.end?.({ reason: 'epochs', epoch: epochs });
    }
    // A third training is interrupted in its first epoch, so nothing is shown again.
    logger.end?.({ reason: 'aborted', epoch: 0 });
    expect(got.map((line) => Number(line.slice(5, 10)))).toEqual([...shown, ...shown]);
  });
  describe('by default', () => {
    beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
    afterEach(() => void vi.restoreAllMocks());
    test('to console.log', () => {
      loggers.console().epoch(epoch(7));
      expect(vi.mocked(console.log).mock.calls).toEqual([
        ['epoch    7   training loss  0.1071 accuracy  0.5000   rate 1.00e-3      0.13 s'],
      ]);
    });
  });
});

describe('jsonLines', () => {
  test('an object on each line', () => {
    const { to, got } = sink<string>();
    const logger = loggers.jsonLines({ to, steps: true });
    logger.step?.(step(0));
    logger.epoch(epoch(1, { validation, gradNorm: Infinity }));
    logger.end?.({ reason: 'patience', epoch: 1 });
    expect(got).toEqual([
      '{"kind":"step","step":0,"epoch":1,"loss":0.5,"learningRate":0.01,"gradNorm":3}\n',
      '{"kind":"epoch","epoch":1,"step":40,"loss":0.5,"training.loss":0.75,"training.accuracy":0.5,' +
        '"learningRate":0.001,"gradNorm":null,"seconds":0.125,"validation.loss":0.875,"validation.accuracy":0.25}\n',
      '{"kind":"end","reason":"patience","epoch":1}\n',
    ]);
  });
  test('numbers are read as they were', () => {
    const { to, got } = sink<string>();
    loggers.jsonLines({ to }).epoch(epoch(1, { loss: 0.1 + 0.2, training: { loss: 5e-324, 'a "b"\n': 2 ** 53 } }));
    expect(JSON.parse(got.join(''))).toMatchObject({
      loss: 0.1 + 0.2,
      'training.loss': 5e-324,
      'training.a "b"\n': 2 ** 53,
    });
    expect(got.join('').split('\n')).toHaveLength(2);
  });
});

describe('csv', () => {
  const text = (...records: Parameters<typeof epoch>[]): string => {
    const { to, got } = sink<string>();
    const logger = loggers.csv({ to });
    for (const record of records) logger.epoch(epoch(...record));
    logger.end?.({ reason: 'epochs', epoch: records.length });
    return got.join('');
  };
  const header = 'epoch,step,loss,training.loss,training.accuracy,learningRate,gradNorm,seconds';

  test('a header, and a row for each epoch; what is not finite is empty', () => {
    expect(text([1], [3, { loss: Number.NaN, training: { loss: 1e-7, accuracy: Infinity } }])).toBe(
      `${header}\n1,40,0.5,0.75,0.5,0.001,2.5,0.125\n3,120,,1e-7,,0.001,2.5,0.125\n`,
    );
  });
  test('what is missing is empty; where there is more, a header follows', () => {
    expect(text([1, { training: { loss: 0.5 } }], [1, { validation }], [3])).toBe(
      [
        'epoch,step,loss,training.loss,learningRate,gradNorm,seconds',
        '1,40,0.5,0.5,0.001,2.5,0.125',
        'epoch,step,loss,training.loss,learningRate,gradNorm,seconds,training.accuracy,validation.loss,validation.accuracy',
        '1,40,0.5,0.75,0.001,2.5,0.125,0.5,0.875,0.25',
        '3,120,0.25,0.25,0.001,2.5,0.125,0.5,,',
        '',
      ].join('\n'),
    );
  });
  test.each([
    ['a,b', '"training.a,b"'],
    ['say "hi"', '"training.say ""hi"""'],
    ['a\nb', '"training.a\nb"'],
    ['a\rb', '"training.a\rb"'],
    ['a b;c', 'training.a b;c'],
  ])('the name %j', (name, quoted) => {
    expect(text([1, { training: { loss: 1, [name]: 2 } }])).toBe(
      `${header.replace('training.accuracy', () => quoted)}\n1,40,0.5,1,2,0.001,2.5,0.125\n`,
    );
  });
});

/** A row for every logger: what its sink takes, its other options, and how wrong ones are refused. */
const takes = 'it must be a function that takes';
const steps = { steps: true };
const rows: Record<string, { takes: string; options: object; refused: [object, string][]; known: string }> = {
  console: {
    takes: 'a line',
    options: { every: 2 },
    refused: [
      [{ every: 0 }, 'every is 0; it must be a whole number from 1'],
      [{ every: 1.5 }, 'every is 1.5; it must be a whole number from 1'],
    ],
    known: 'every, to',
  },
  csv: { takes: 'text', options: {}, refused: [[{}, `to is undefined; ${takes} text`]], known: 'to' },
  jsonLines: {
    takes: 'text',
    options: steps,
    refused: [
      [{}, `to is undefined; ${takes} text`],
      [{ to: String, steps: 1 }, 'steps is 1; it must be true or false'],
    ],
    known: 'to, steps',
  },
  tensorBoard: {
    takes: 'bytes',
    options: { steps: true, clock: () => 0 },
    refused: [
      [{}, `to is undefined; ${takes} bytes`],
      [{ to: String, steps: 'no' }, "steps is 'no'; it must be true or false"],
      [{ to: String, clock: 5 }, 'clock is 5; it must be a function that gives milliseconds'],
    ],
    known: 'to, clock, steps',
  },
};
test('every logger has a row', () => expect(Object.keys(loggers).sort()).toEqual(Object.keys(rows)));

describe.each(Object.entries(rows))('%s', (name, { takes: chunk, options, refused, known }) => {
  const make = loggers[name as keyof typeof loggers] as (options?: object) => loggers.Logger;
  const to = (): void => undefined;

  test('carries its configuration', () => {
    expect(make({ to, ...options }).config).toEqual({ name, options: { to, ...options } });
  });
  test('listens to updates only where that was asked for', () => {
    expect(make({ to }).step).toBeUndefined();
    expect(typeof make({ to, ...options }).step).toBe('steps' in options ? 'function' : 'undefined');
  });
  test.each([
    ...refused,
    [{ to: 'run.log' }, `to is 'run.log'; ${takes} ${chunk}`] as const,
    [{ too: to }, `unknown option 'too'; did you mean 'to'? Known: ${known}`] as const,
  ])('refuses %o', (wrong, message) => {
    expect(() => make(wrong)).toThrow(new OptionError(`loggers.${name}: ${message}`));
  });
  if (name !== 'console')
    test('refuses to be made of nothing', () => {
      expect(() => make({})).toThrow(new OptionError(`loggers.${name}: to is undefined; ${takes} ${chunk}`));
      expect(() => make()).toThrow(`loggers.${name}: options must be an object`);
    });
});
