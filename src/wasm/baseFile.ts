import { UnsupportedError } from '../errors.js';
import { claim } from './claim.js';

/** Stands in for the inlined module in the entry `regulus/external`: the base build from a file. */

interface Host {
  readonly process?: { getBuiltinModule?(name: 'node:fs'): { readFileSync(url: URL): Uint8Array<ArrayBuffer> } };
}

/** Compiles a file of WASM: from the disk, or while it arrives where the server calls it application/wasm. */
async function compiled(url: URL): Promise<WebAssembly.Module> {
  const files = url.protocol === 'file:' && (globalThis as Host).process?.getBuiltinModule?.('node:fs');
  if (files) return WebAssembly.compile(files.readFileSync(url));
  const response = await fetch(url);
  if (!response.ok)
    throw new UnsupportedError(
      `regulus/external: ${url} answered ${response.status}; serve the package's base.wasm there, or import regulus, which holds it`,
    );
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

claim('regulus/external');
// Beside the bundle, in dist. Written out, as vite and webpack look for it to copy the file.
const module = await compiled(new URL('./base.wasm', import.meta.url));

export default (): WebAssembly.Module => module;
