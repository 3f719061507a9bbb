/** A module that the bundler inlines. Calling its function returns the compiled module, synchronously. */
declare module '*.wasm' {
  const load: () => WebAssembly.Module;
  export default load;
}
