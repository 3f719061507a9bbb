/** WASM as text that gzip sees through: one character for a byte below 80, two for another. Base64, whose characters begin in the
 *  middle of bytes, hides what repeats, and costs half as much again after gzip. */

/** 80 digits; then the signs that put the digit after them into the second, third or fourth 80. None is escaped in any string
 *  literal, or means anything to HTML: bundlers leave the text as it is. */
const SIGNS = '()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}';
const DIGITS = 80;

export function pack(bytes) {
  let text = '';
  for (const byte of bytes) {
    const page = Math.floor(byte / DIGITS);
    text += (page ? SIGNS[DIGITS + page - 1] : '') + SIGNS[byte % DIGITS];
  }
  return text;
}

/** The bytes of a packed text. It goes into the bundles as it stands here; its loop runs once, before it is optimized, and so does
 *  little for a character. */
export function unpack(text, signs, digits) {
  const values = new Uint8Array(128);
  for (let i = 0; i < signs.length; i++) values[signs.charCodeAt(i)] = i;
  // Unpacked in place: writing never overtakes reading.
  const bytes = new TextEncoder().encode(text);
  let n = 0;
  for (let i = 0; i < bytes.length; ) {
    let value = values[bytes[i++]];
    if (value >= digits) value = (value - digits + 1) * digits + values[bytes[i++]];
    bytes[n++] = value;
  }
  return bytes.subarray(0, n);
}

/** A module that gives the compiled WASM, as the one that @rollup/plugin-wasm makes does. */
export const moduleOf = (bytes) => `${unpack}
export default () => new WebAssembly.Module(unpack('${pack(bytes)}', '${SIGNS}', ${DIGITS}));`;
