/** A PNG without compression: a format that every reader of SVG shows, in bytes that are the same everywhere. */

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
function chunk(name: string, data: readonly number[]): number[] {
  const body = [...Array.from(name, (c) => c.charCodeAt(0)), ...data];
  let crc = -1;
  for (const byte of body) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return [...word(data.length), ...body, ...word(~crc)];
}
const word = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

/** An image as the address of a PNG: levels 0 … 255, one or three for each pixel. */
export function pngOf(levels: ArrayLike<number>, width: number, height: number, channels: 1 | 3): string {
  const raw: number[] = [];
  for (let y = 0; y < height; y++) {
    raw.push(0);
    for (let i = 0; i < width * channels; i++) raw.push(levels[y * width * channels + i]);
  }
  const stored: number[] = [0x78, 1];
  for (let at = 0; at < raw.length; at += 65535) {
    const n = Math.min(65535, raw.length - at);
    stored.push(at + n >= raw.length ? 1 : 0, n & 255, n >> 8, ~n & 255, (~n >> 8) & 255);
    for (let i = at; i < at + n; i++) stored.push(raw[i]);
  }
  let [a, b] = [1, 0];
  for (const byte of raw) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  stored.push(...word(b * 65536 + a));
  return `data:image/png;base64,${btoa(
    [
      ...[137, 80, 78, 71, 13, 10, 26, 10],
      ...chunk('IHDR', [...word(width), ...word(height), 8, channels === 3 ? 2 : 0, 0, 0, 0]),
      ...chunk('IDAT', stored),
      ...chunk('IEND', []),
    ]
      .map((byte) => String.fromCharCode(byte))
      .join(''),
  )}`;
}
