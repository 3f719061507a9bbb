import { expect, test } from 'vitest';
import { moduleOf, pack, unpack } from '../../tools/pack.mjs';

const SIGNS_OF = /unpack\(\{.*\}, '([^']*)', (\d+)\)/;
const [, signs, digits] = moduleOf(new Uint8Array()).match(SIGNS_OF) as RegExpMatchArray;
const again = (bytes: Uint8Array) => unpack(pack(bytes), signs, Number(digits));

test('every byte, before and after every other, survives packing', () => {
  const bytes = Uint8Array.from({ length: 2 * 256 * 256 }, (_, i) => (i % 2 ? i >>> 9 : i >>> 1));
  expect(Buffer.compare(again(bytes), bytes)).toBe(0);
});

test('the most frequent bytes are one character', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i % 10 ? 253 - (i % 7) : i % 256));
  expect(Buffer.compare(again(bytes), bytes)).toBe(0);
  const often = bytes.filter((byte) => byte > 245);
  expect(pack(often).text).toHaveLength(often.length);
});

test('the text needs no escape in a string, a template or HTML', () => {
  expect(pack(Uint8Array.from({ length: 256 }, (_, i) => i)).text).toMatch(/^[^\s'"`\\$<&\x7f-\uffff]+$/);
});
