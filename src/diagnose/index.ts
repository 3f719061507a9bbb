/** Looking at what was learned. */
export { diagnose, type Diagnosis } from './diagnose.js';
export { criticalPoint, type CriticalPoint } from './criticalPoint.js';
export { descend, type DescendOptions, type Descent } from './descend.js';
export { gradientCheck } from './gradientCheck.js';
export { sparsity, type Sparsity } from './sparsity.js';
