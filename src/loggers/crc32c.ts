/** Castagnoli's polynomial 0x1EDC6F41 with reversed bits, the lowest first. */
const POLYNOMIAL = 0x82f63b78;

/** The change of the remainder by each byte. */
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
