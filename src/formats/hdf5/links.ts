import { UnsupportedError } from '../../index.js';
import type { Bytes } from '../bytes.js';
import { KIND, type Message } from './header.js';

/** An address that is none. Addresses are read as numbers, which rounds it up. */
export const isNowhere = (address: number): boolean => address > Number.MAX_SAFE_INTEGER;
const MOST_LINKS = 100_000;

/** The addresses of a group's objects by name. Soft and external links are left out. */
export function linksOf(bytes: Bytes, messages: readonly Message[]): Map<string, number> {
  const links = new Map<string, number>();
  for (const { kind, at } of messages) {
    if (kind === KIND.symbolTable) fromTree(bytes, bytes.u64(at), heapAt(bytes, bytes.u64(at + 8)), links);
    if (kind === KIND.link) addLink(bytes, at, links);
    if (kind === KIND.linkInfo && !isNowhere(bytes.u64(at + (bytes.u8(at + 1) & 1 ? 10 : 2))))
      throw new UnsupportedError(
        `${bytes.what}: a group has its links in a heap, as libver='latest' writes it; write the file with h5py's defaults`,
      );
  }
  return links;
}

/** Where the names of a group begin. */
function heapAt(bytes: Bytes, address: number): number {
  if (bytes.text(address, 4) !== 'HEAP') throw bytes.damaged(`there are no names at ${address}`);
  return bytes.u64(address + 24);
}

/** Walks a B-tree of version 1, whose lowest nodes name lists of objects. No node is visited twice. */
function fromTree(bytes: Bytes, root: number, names: number, links: Map<string, number>): void {
  const rest: { address: number; level?: number }[] = [{ address: root }];
  const seen = new Set<number>();
  for (let node = rest.pop(); node; node = rest.pop()) {
    const { address } = node;
    if (seen.has(address)) throw bytes.damaged(`the tree at ${root} has a node twice`);
    seen.add(address);
    if (node.level === -1) {
      addSymbols(bytes, address, names, links);
      continue;
    }
    const level = bytes.u8(address + 5);
    if (bytes.text(address, 4) !== 'TREE' || bytes.u8(address + 4) !== 0 || (node.level ?? level) !== level)
      throw bytes.damaged(`there is no tree of a group at ${address}`);
    for (let i = bytes.u16(address + 6) - 1; i >= 0; i--)
      rest.push({ address: bytes.u64(address + 32 + 16 * i), level: level - 1 });
  }
}

function addSymbols(bytes: Bytes, address: number, names: number, links: Map<string, number>): void {
  if (bytes.text(address, 4) !== 'SNOD') throw bytes.damaged(`there are no objects of a group at ${address}`);
  const count = bytes.u16(address + 6);
  for (let i = 0, at = address + 8; i < count; i++, at += 40)
    // Of links that are no objects the cache says 2.
    if (bytes.u32(at + 16) !== 2) add(bytes, links, bytes.line(names + bytes.u64(at)), bytes.u64(at + 8));
}

/** A link in the header itself: flags, kind, order, encoding, the length of the name, the name, the address. */
function addLink(bytes: Bytes, start: number, links: Map<string, number>): void {
  const flags = bytes.u8(start + 1);
  const width = 1 << (flags & 3);
  let at = start + 2;
  if (flags & 8 && bytes.u8(at++) !== 0) return;
  at += (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const length = bytes.number(at, width);
  add(bytes, links, bytes.text(at + width, length), bytes.u64(at + width + length));
}

function add(bytes: Bytes, links: Map<string, number>, name: string, address: number): void {
  if (links.has(name) || links.size === MOST_LINKS)
    throw bytes.damaged(links.has(name) ? `a group has '${name}' twice` : `a group has more than ${MOST_LINKS} links`);
  links.set(name, address);
}
