import { crc32c } from './crc32c.js';

/** The masked checksum of TensorFlow, for data that may be summed again: it is rotated, and a constant is added.
 *  setUint32 takes it modulo 2³². */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
}

/** A record as TensorFlow frames it: length (u64), its checksum, the data, their checksum; little-endian. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return record;
}
