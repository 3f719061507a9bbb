export const INTERNAL: readonly string[];
export const INTERNAL_OF_ENTRIES: readonly string[];
