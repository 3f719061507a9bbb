/** The kernels with relaxed SIMD: a chunk of its own, loaded when it is asked for. */
export { default } from '../build/relaxed.wasm';
