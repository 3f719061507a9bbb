import { expect, test } from 'vitest';
import { moduleOf, pack, unpack } from '../../tools/pack.mjs';

const SIGNS_OF = /unpack\('[^']*', '([^']*)', (\d+)\)/;

test('every byte, before and after every other, survives packing', () => {
  const bytes = Uint8Array.from({ length: 2 * 256 * 256 }, (_, i) => (i % 2 ? i >>> 9 : i >>> 1));
  const [, signs, digits] = moduleOf(new Uint8Array()).match(SIGNS_OF) as RegExpMatchArray;
  expect(Buffer.compare(unpack(pack(bytes), signs, Number(digits)), bytes)).toBe(0);
});

test('the text needs no escape in a string, a template or HTML', () => {
  expect(pack(Uint8Array.from({ length: 256 }, (_, i) => i))).toMatch(/^[^\s'"`\\$<&\x7f-\uffff]+$/);
});
