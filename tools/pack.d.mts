export interface Packed {
  readonly text: string;
  readonly frequent: string;
}
export function pack(bytes: Uint8Array): Packed;
export function unpack(packed: Packed, signs: string, digits: number): Uint8Array;
export function moduleOf(bytes: Uint8Array): string;
