/** Looking at what was learned. */
export { diagnose, type Diagnosis } from './diagnose.js';
