/** The kernels for threads that share memory, in a chunk of its own that is loaded on demand. */
export { default } from '../build/threads.wasm';
