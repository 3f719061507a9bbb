/** The kernels with relaxed SIMD, in a chunk of its own that is loaded on demand. */
export { default } from '../build/relaxed.wasm';
