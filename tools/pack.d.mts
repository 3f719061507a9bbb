export function pack(bytes: Uint8Array): string;
export function unpack(text: string, signs: string, digits: number): Uint8Array;
export function moduleOf(bytes: Uint8Array): string;
