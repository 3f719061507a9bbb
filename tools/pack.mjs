/** Packs WASM as text that gzip compresses well: one character for each of the 80 most frequent bytes, two for all
 *  others. The characters of base64 begin in the middle of bytes, which hides repetitions: after gzip, base64 is half
 *  as large again. */

/** 80 digits; then the signs that put the digit after them into the second, third or fourth 80. None is escaped in any string
 *  literal, or means anything to HTML: bundlers leave the text as it is. */
const SIGNS = '()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}';
const DIGITS = 80;

/** All bytes, the frequent ones first. `frequent` has a digit for each byte: '1' for a frequent one, else '0'. */
function orderOf(frequent) {
  const all = Array.from(frequent, (_, byte) => byte);
  return [...all.filter((byte) => frequent[byte] > 0), ...all.filter((byte) => frequent[byte] < 1)];
}

/** Packs bytes into a text, and tells which bytes are frequent. */
export function pack(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const ranked = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const often = new Set(ranked.slice(0, DIGITS));
  const frequent = Array.from(counts, (_, byte) => (often.has(byte) ? 1 : 0)).join('');
  const places = new Map(orderOf(frequent).map((byte, place) => [byte, place]));
  let text = '';
  for (const byte of bytes) {
    const place = places.get(byte);
    const page = Math.floor(place / DIGITS);
    text += (page ? SIGNS[DIGITS + page - 1] : '') + SIGNS[place % DIGITS];
  }
  return { text, frequent };
}

/** Unpacks the bytes of a text. The source of this function is copied into the bundles. Its loop runs only once,
 *  without optimization, so it does little for each character. */
export function unpack({ text, frequent }, signs, digits) {
  const order = orderOf(frequent);
  const values = new Uint8Array(128);
  for (let i = 0; i < signs.length; i++) values[signs.charCodeAt(i)] = i;
  const bytes = new Uint8Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; ) {
    let value = values[text.charCodeAt(i++)];
    if (value >= digits) value = (value - digits + 1) * digits + values[text.charCodeAt(i++)];
    bytes[n++] = order[value];
  }
  return bytes.subarray(0, n);
}

/** A module that exports the compiled WASM, like that of @rollup/plugin-wasm. */
export function moduleOf(bytes) {
  const { text, frequent } = pack(bytes);
  return `${orderOf}
${unpack}
export default () =>
  new WebAssembly.Module(unpack({ text: '${text}', frequent: '${frequent}' }, '${SIGNS}', ${DIGITS}));`;
}
