import { FormatError } from '../../index.js';

/** How the value of a field is read. Text and bytes are views of the file. */
type Kind = 'int' | 'float' | 'double' | 'text' | 'bytes' | Message;
/** A message of Protocol Buffers: the names and kinds of its fields by number. Fields that are not listed are skipped. */
export interface Message {
  readonly [field: number]: readonly [name: string, kind: Kind, list?: 'list'];
}

/** Messages within messages that no ONNX model needs would only fill the stack. */
const DEEPEST = 16;
const text = new TextDecoder('utf-8', { fatal: true });
const wrong = (what: string, at: number): never => {
  throw new FormatError(`fromOnnx: ${what} at byte ${at}; the file is damaged, or no ONNX model`);
};

/** Reads a message from `at` up to `end`. Lists are there even if they are empty; other fields may be undefined. */
export function decoded(bytes: Uint8Array, message: Message, at = 0, end = bytes.length, depth = 0): object {
  if (depth > DEEPEST) wrong(`messages are nested more than ${DEEPEST} deep`, at);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Record<string, unknown> = {};
  for (const [name, , list] of Object.values(message)) if (list) found[name] = [];

  /** A whole number of up to 64 bits with a sign; beyond 2⁵³ it is rounded. */
  function varint(): number {
    let [value, scale] = [0, 1];
    for (const from = at; at < end; ) {
      const byte = bytes[at++];
      if (at - from > 10) break;
      // Numbers of more than seven bytes may be negative, and are put together again without rounding.
      if (at - from > 7) return large(from);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return wrong('a number does not end', at);
  }
  function large(from: number): number {
    let value = 0n;
    for (at = from; at < end && at - from < 10; ) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << BigInt(7 * (at - from - 1));
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    return wrong('a number does not end', at);
  }
  const skip = (n: number): number => {
    if (!(n >= 0 && n <= end - at)) wrong(`${n} bytes are announced where ${end - at} are left`, at);
    at += n;
    return at - n;
  };
  const one = (kind: 'int' | 'float' | 'double'): number =>
    kind === 'int' ? varint() : kind === 'float' ? view.getFloat32(skip(4), true) : view.getFloat64(skip(8), true);

  while (at < end) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    const field = number > 0 && Object.hasOwn(message, number) ? message[number] : undefined;
    if (number < 1 || ![0, 1, 2, 5].includes(wire)) wrong(`${key} announces no field`, at);
    if (!field) {
      if (wire === 0) varint();
      else skip(wire === 1 ? 8 : wire === 5 ? 4 : varint());
      continue;
    }
    const [name, kind, list] = field;
    const isNumber = kind === 'int' || kind === 'float' || kind === 'double';
    const wanted = kind === 'int' ? 0 : kind === 'double' ? 1 : kind === 'float' ? 5 : 2;
    const values = found[name] as unknown[];
    if (wire !== wanted && !(wire === 2 && list)) wrong(`the field '${name}' has the wrong type`, at);
    if (isNumber && wire === 2) {
      const length = varint();
      const stop = skip(length) + length;
      at = stop - length;
      const outer = end;
      end = stop;
      while (at < stop) values.push(one(kind));
      end = outer;
      continue;
    }
    const value = isNumber ? one(kind) : piece(kind);
    if (list) values.push(value);
    else found[name] = value;
  }
  return found;

  function piece(kind: Exclude<Kind, 'int' | 'float' | 'double'>): unknown {
    const length = varint();
    const from = skip(length);
    if (typeof kind === 'object') return decoded(bytes, kind, from, at, depth + 1);
    const own = bytes.subarray(from, at);
    if (kind === 'bytes') return own;
    try {
      return text.decode(own);
    } catch {
      return wrong('text is not UTF-8', from);
    }
  }
}
