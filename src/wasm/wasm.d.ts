/** A module that the bundler inlines: calling it gives the compiled module, synchronously. */
declare module '*.wasm' {
  const load: () => WebAssembly.Module;
  export default load;
}
