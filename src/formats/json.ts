import { FormatError, refuse } from '../index.js';

/** The bytes of a file. */
export type Bytes = Uint8Array | ArrayBuffer;
/** A JSON file: its value, its text or its bytes. */
export type JsonFile = object | string | Bytes;

export const isBytes = (x: unknown): x is Bytes => x instanceof Uint8Array || x instanceof ArrayBuffer;
export const bytesOf = (x: Bytes): Uint8Array => (x instanceof Uint8Array ? x : new Uint8Array(x));

/** The value of a JSON file. What is given as a value becomes plain JSON too, so that readers meet nothing else. */
export function jsonOf(where: string, name: string, given: unknown): unknown {
  const wrong = (): never =>
    refuse(where, name, given, "the file's text, its bytes, or the object that JSON.parse gives");
  if (typeof given === 'string' || isBytes(given))
    try {
      const text = typeof given === 'string' ? given : new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(given));
      return JSON.parse(text.replace(/^\ufeff/, ''));
    } catch (cause) {
      throw new FormatError(`${where}: ${name} is not JSON; give the text or the bytes of the whole file`, { cause });
    }
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) return wrong();
  try {
    return JSON.parse(JSON.stringify(given));
  } catch {
    return wrong();
  }
}
