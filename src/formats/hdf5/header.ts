import { UnsupportedError } from '../../index.js';
import type { Bytes } from '../bytes.js';

/** A message of an object's header: what the object is, where its numbers are, its attributes and links. */
export interface Message {
  readonly kind: number;
  /** Where its contents begin. */
  readonly at: number;
  readonly size: number;
}
/** Kinds of messages (HDF5 File Format Specification 3.0, section IV.A.2). */
export const KIND = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
  attributeInfo: 21,
} as const;

/** A piece of a header. */
interface Block {
  readonly at: number;
  readonly end: number;
}
const MOST_MESSAGES = 100_000;
const SHARED = 2;

/** The messages in the header of the object at this address, in both versions of headers. */
export function messagesAt(bytes: Bytes, address: number): Message[] {
  const newer = bytes.text(address, 4) === 'OHDR';
  if (!newer && bytes.u8(address) !== 1) throw bytes.damaged(`there is no object at ${address}`);
  const flags = newer ? bytes.u8(address + 5) : 0;
  // Newer headers have a place for the order of creation if they say so.
  const prefix = newer ? (flags & 4 ? 6 : 4) : 8;
  const messages: Message[] = [];
  const blocks = [
    newer ? firstBlock(bytes, address, flags) : { at: address + 16, end: address + 16 + bytes.u32(address + 8) },
  ];
  const seen = new Set<number>();
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    if (seen.has(block.at)) throw bytes.damaged(`the header at ${address} continues in itself`);
    seen.add(block.at);
    for (let at = block.at; at + prefix <= block.end; ) {
      const kind = newer ? bytes.u8(at) : bytes.u16(at);
      const size = bytes.u16(at + (newer ? 1 : 2));
      const message = { kind, at: at + prefix, size };
      if (at + prefix + size > block.end || messages.push(message) > MOST_MESSAGES)
        throw bytes.damaged(`the header at ${address} has wrong sizes`);
      if (bytes.u8(at + (newer ? 3 : 4)) & SHARED && kind === KIND.datatype)
        throw new UnsupportedError(`${bytes.what}: types with names of their own, which datasets share, are not read`);
      if (kind === KIND.continuation) blocks.push(continued(bytes, message, newer));
      at += prefix + size;
    }
  }
  return messages;
}

function firstBlock(bytes: Bytes, address: number, flags: number): Block {
  if (bytes.u8(address + 4) !== 2) throw bytes.damaged(`the header at ${address} has an unknown version`);
  const before = address + 6 + (flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0);
  // The size has 1, 2, 4 or 8 bytes.
  const width = 1 << (flags & 3);
  return { at: before + width, end: before + width + bytes.number(before, width) };
}
/** Newer continuations begin with a signature, and end with a checksum. */
function continued(bytes: Bytes, { at }: Message, newer: boolean): Block {
  const [start, length] = [bytes.u64(at), bytes.u64(at + 8)];
  bytes.part(start, length);
  return newer ? { at: start + 4, end: start + length - 4 } : { at: start, end: start + length };
}
