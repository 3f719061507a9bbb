/** A reader of TensorBoard's event files, written from the formats' descriptions and sharing nothing with the writer: checksums bit by
 *  bit, whole numbers as BigInt. */

function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const odd = (crc ^ (BigInt(byte) >> BigInt(bit))) & 1n;
      crc = (crc >> 1n) ^ (odd ? 0x82f63b78n : 0n);
    }
  crc ^= 0xffffffffn;
  return Number((((crc >> 15n) | (crc << 17n)) & 0xffffffffn) + 0xa282ead8n) % 2 ** 32;
}

/** The data of a file's records. Throws where a checksum is wrong or the file ends within a record. */
export function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== checksum(file.subarray(at, at + 8))) throw new Error(`length at ${at}`);
    if (view.getUint32(at + 12 + length, true) !== checksum(data)) throw new Error(`data at ${at}`);
    found.push(data);
    at += length + 16;
  }
  return found;
}

type Field = readonly [field: number, value: bigint | number | Uint8Array];
/** The fields of a message. */
function fields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    for (let [n, shift] = [0n, 0n]; ; shift += 7n) {
      const byte = bytes[at++];
      n |= BigInt(byte & 127) << shift;
      if (byte < 128) return n;
    }
  };
  /** Where the next bytes begin. */
  const skip = (count: number): number => {
    at += count;
    return at - count;
  };
  const read: Record<number, () => Field[1]> = {
    0: varint,
    1: () => view.getFloat64(skip(8), true),
    2: () => {
      const length = Number(varint());
      const from = skip(length);
      return bytes.subarray(from, from + length);
    },
    5: () => view.getFloat32(skip(4), true),
  };
  const found: Field[] = [];
  while (at < bytes.length) {
    const key = Number(varint());
    found.push([key >> 3, read[key & 7]()]);
  }
  if (at !== bytes.length) throw new Error('a field is cut off');
  return found;
}

export interface Event {
  readonly time: number;
  readonly step?: bigint;
  readonly version?: string;
  readonly scalars?: Record<string, number>;
}
const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);

export const events = (file: Uint8Array): Event[] =>
  records(file).map((data) => {
    const all = fields(data);
    const { 1: time, 2: step, 3: version, 5: summary, ...others } = Object.fromEntries(all);
    if (Object.keys(others).length) throw new Error(`unknown fields ${Object.keys(others)}`);
    return {
      time: time as number,
      ...(step !== undefined && { step: step as bigint }),
      ...(version !== undefined && { version: text(version) }),
      ...(summary !== undefined && { scalars: scalars(summary as Uint8Array) }),
    };
  });

const scalars = (summary: Uint8Array): Record<string, number> =>
  Object.fromEntries(
    fields(summary).map(([field, value]) => {
      const [tag, number, ...more] = fields(value as Uint8Array);
      if (field !== 1 || tag[0] !== 1 || number[0] !== 2 || more.length) throw new Error('not a scalar');
      return [text(tag[1]), number[1] as number];
    }),
  );
