import type { Answer } from '../../src/sweep/index.js';

type Any = (parameters: unknown, context: unknown) => Answer | Promise<Answer>;
export const training: Any;
export const numbers: Any;
export const deadly: Any;
export const patient: Any;
export const slow: Any;
export const slowNumbers: Any;
export const suicidal: Any;
