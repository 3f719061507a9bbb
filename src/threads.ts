/** The kernels for threads that share memory: a chunk of its own, loaded when it is asked for. */
export { default } from '../build/threads.wasm';
