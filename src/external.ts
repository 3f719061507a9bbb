/** `regulus/external`: all that `regulus` exports, with the kernels in a file beside it, base.wasm, instead of inside.
 *  It is for pages that load modules from a server or CDN: the file is compiled while it arrives, and kept in the
 *  browser's cache as compiled code.
 *
 *  The import waits for the file with a top-level await, so there is nothing to call. Service workers and `require` do
 *  not allow this, and need the main entry. vite and webpack copy the file; with other bundlers put it beside the
 *  bundle, from `regulus/base.wasm`. Node, Deno and Bun read it.
 *
 *  It is a separate engine: a program imports either this or `regulus`, to which regulus/nn, regulus/digits,
 *  regulus/node and regulus/worker belong, never both. The second import throws an UnsupportedError. */
export * from './index.js';
