import { describe, expect, test } from 'vitest';
import { DataError, DivergenceError, OptionError } from '../../src/errors.js';
import { checkKeys, nearest } from '../../src/options.js';

describe('nearest', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['trian', ['test', 'train'], 'train'],
    ['epoch', ['batchSize', 'epochs'], 'epochs'],
    ['LearningRate', ['learningRate'], 'learningRate'],
    ['K', ['k'], 'k'],
    ['lr', ['l1', 'delta'], undefined],
    ['callbacks', ['loss', 'optimizer'], undefined],
    ['learningRate', ['average', 'rules'], undefined],
    ['x', [], undefined],
  ])('of %j in %j is %j', (word, words, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });
  test('takes lists and words of any length', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `column ${i}`);
    expect(nearest('colum 17', names)).toBe('column 17');
    expect(nearest('x'.repeat(1e6), ['x'.repeat(1e6 - 1)])).toBeUndefined();
  });
});

describe('messages', () => {
  test('no word is suggested where none resembles', () => {
    expect(() => checkKeys('adam', { speed: 1 }, ['learningRate', 'delta'])).toThrow(
      "adam: unknown option 'speed'. Known: learningRate, delta",
    );
  });
  test('have a length that a screen can show: beginning and end stay', () => {
    for (const error of [DataError, OptionError, DivergenceError]) {
      const { message } = new error(`fit: ${'x'.repeat(1e6)}; leave it out`);
      expect(message.length).toBeLessThanOrEqual(1000);
      expect(message).toMatch(/^fit: xxx.* … x+; leave it out$/);
    }
    expect(new DataError('short').message).toBe('short');
    const cause = new Error('a reason');
    expect(new DataError('short', { cause }).cause).toBe(cause);
  });
});
