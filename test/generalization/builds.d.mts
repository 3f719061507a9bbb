import type { Build } from '../../dist/generalization.js';

export const network: Build;
export const ofRows: Build;
export const line: Build;
export const wide: Build;
export const choosy: Build;
export const diverges: Build;
export const nothing: Build;
export const deadly: Build;
export const strange: Build;
export const endless: Build;
export const one: Build;
export const two: Build;
