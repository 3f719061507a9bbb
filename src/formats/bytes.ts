import { FormatError } from '../index.js';

/** A file's bytes, read within their bounds. Numbers are little-endian. */
export class Bytes {
  readonly all: Uint8Array;
  readonly #view: DataView;
  #spent = 0;

  /** `what` is the file, for messages. */
  constructor(
    given: Uint8Array,
    readonly what: string,
  ) {
    // Node's Buffer is one, but its slices are no copies.
    this.all = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    this.#view = new DataView(given.buffer, given.byteOffset, given.byteLength);
  }

  get length(): number {
    return this.all.length;
  }
  u8 = (at: number): number => this.#view.getUint8(this.#within(at, 1));
  u16 = (at: number): number => this.#view.getUint16(this.#within(at, 2), true);
  u32 = (at: number): number => this.#view.getUint32(this.#within(at, 4), true);
  /** Numbers from 2⁵³ on are rounded: no file is as long. */
  u64 = (at: number): number => Number(this.#view.getBigUint64(this.#within(at, 8), true));
  /** A number of 1, 2, 4 or 8 bytes. */
  number = (at: number, size: number): number =>
    size === 1 ? this.u8(at) : size === 2 ? this.u16(at) : size === 4 ? this.u32(at) : this.u64(at);

  /** A view of these bytes, not a copy. */
  part(at: number, size: number): Uint8Array {
    this.#within(at, size);
    return this.all.subarray(at, at + size);
  }
  text = (at: number, size: number): string => textOf(this.part(at, size));
  /** The text that ends before the next byte 0. */
  line(at: number): string {
    const end = this.all.indexOf(0, this.#within(at, 1));
    return this.text(at, (end < 0 ? this.length : end) - at);
  }

  /** Notes that so many bytes are turned into numbers. Parts of a file that name the same bytes again and again would fill memory. */
  spend(size: number): void {
    this.#spent += size;
    if (this.#spent > 2 * this.length) throw this.damaged('several parts of it lie in the same place');
  }
  damaged(found: string): FormatError {
    return new FormatError(`${this.what} is damaged: ${found}`);
  }
  #within(at: number, size: number): number {
    if (Number.isSafeInteger(at) && size >= 0 && at >= 0 && at + size <= this.length) return at;
    throw this.damaged(`it has ${this.length} bytes, and says that ${size} lie at ${at}`);
  }
}

const decoder = new TextDecoder();
/** UTF-8 as text; wrong bytes become '�'. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
