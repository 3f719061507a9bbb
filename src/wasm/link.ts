/** Instantiates a build of the kernels on a memory. The number of a kernel is its index in the function table, found by
 *  its exported name, so that no enum must be kept in step, and numbers are the same in every build and thread. Workers
 *  get this function as text, so it may use nothing but its arguments. */
export function link(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): { exports: WebAssembly.Exports; kernels: Map<string, number> } {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = new Map<string, number>();
  const table = exports.table as WebAssembly.Table;
  for (const name of Object.keys(exports).sort()) {
    const value = exports[name];
    if (typeof value !== 'function' || value.length !== 3) continue;
    kernels.set(name, table.length);
    table.set(table.grow(1), value);
  }
  return { exports, kernels };
}
