/** Castagnoli's polynomial 0x1EDC6F41, its bits reversed: the lowest comes first. */
const POLYNOMIAL = 0x82f63b78;

/** What a byte does to the remainder. */
const TABLE = /*#__PURE__*/ Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/** The checksum CRC-32C of bytes (RFC 3720, appendix B.4), a byte at a time. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = TABLE[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
