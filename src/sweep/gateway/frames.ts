import type { Numbers } from '../../index.js';
import { fromBytes, toBytes } from '../pack.js';

/** The most bytes of a frame. */
export const FRAME = 8 * 1024 * 1024;

/** A message as frames: a byte that tells whether more follow, and a part of the message. */
export function* framesOf(message: unknown, arrays: readonly Numbers[] = []): Generator<Uint8Array> {
  const bytes = toBytes(message, arrays);
  const part = FRAME - 1;
  for (let at = 0; at < bytes.length; at += part) {
    const piece = bytes.subarray(at, at + part);
    const frame = new Uint8Array(1 + piece.length);
    frame[0] = at + part < bytes.length ? 1 : 0;
    frame.set(piece, 1);
    yield frame;
  }
}

export interface Message {
  readonly value: unknown;
  readonly arrays: readonly Numbers[];
}

/** Puts messages together from frames. */
export class Joiner {
  #parts: Uint8Array[] = [];
  #size = 0;
  /** The message that a frame completes. Throws for what is none, and for messages of more than `most` bytes. */
  add(frame: Uint8Array, most: number): Message | undefined {
    if (frame[0] !== 0 && frame[0] !== 1) throw new RangeError('no frame of a message');
    this.#size += frame.length - 1;
    if (this.#size > most) throw new RangeError(`a message of more than ${most} bytes`);
    this.#parts.push(frame.subarray(1));
    if (frame[0] === 1) return undefined;
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    return fromBytes(whole);
  }
}
