import { binary } from './elementwise.js';

/** 1 where a = b, else 0. Like all comparisons it has no gradient. */
export const equal = /*#__PURE__*/ binary('equal');
/** 1 where a < b, else 0. */
export const less = /*#__PURE__*/ binary('less');
/** 1 where a > b, else 0. */
export const greater = /*#__PURE__*/ binary('greater');
