import { describe, expect, test } from 'vitest';
import { sha256, sha256Now } from '../../src/hash/sha256.js';

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
/** The examples of FIPS 180-4's test vectors (NIST). */
const VECTORS: readonly (readonly [name: string, bytes: Uint8Array, digest: string])[] = [
  ['nothing', text(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', text('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'two blocks',
    text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a million letters', text('a'.repeat(1e6)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];

describe.each(VECTORS)('%s', (_, bytes, digest) => {
  test('has its digest, from here and from the host', async () => {
    expect(sha256Now(bytes)).toBe(digest);
    expect(await sha256(bytes)).toBe(digest);
  });
});

test('around the lengths at which a block is added, the host agrees', async () => {
  for (let length = 50; length < 135; length++) {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => i * 37).subarray(3);
    expect(sha256Now(bytes), `${length} bytes`).toBe(await sha256(bytes));
  }
});
