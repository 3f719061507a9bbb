import { UnsupportedError } from '../errors.js';
import { reserveEngine } from './singleEngine.js';

/** Replaces the inlined module in the entry `regulus/external`: loads the base build from a file. */

interface Host {
  readonly process?: { getBuiltinModule?(name: 'node:fs'): { readFileSync(url: URL): Uint8Array<ArrayBuffer> } };
}

/** Compiles the file while it arrives, if the server sends it as application/wasm. */
async function fetched(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function compiled(url: URL): Promise<WebAssembly.Module> {
  const disk = url.protocol === 'file:' ? (globalThis as Host).process?.getBuiltinModule?.('node:fs') : undefined;
  try {
    return await (disk ? WebAssembly.compile(disk.readFileSync(url)) : fetched(url));
  } catch (cause) {
    throw new UnsupportedError(
      `regulus/external: no kernels at ${url}: ${String(cause)}; put the package's base.wasm there, or import regulus, which holds it`,
      { cause },
    );
  }
}

reserveEngine('regulus/external');
// The file is beside the bundle, in dist. The expression is written out because vite and webpack look for it, to copy
// the file.
const module = await compiled(new URL('./base.wasm', import.meta.url));

export default (): WebAssembly.Module => module;
