import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Compiles loops of independent chains, and returns a function that measures their GFLOP/s: the better of twelve and
 *  thirteen chains. */
export function peakLoop() {
  const folder = mkdtempSync(join(tmpdir(), 'peak-'));
  try {
    const wasm = join(folder, 'peak.wasm');
    const options = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '1', '-o', wasm];
    execFileSync(process.execPath, [here('../node_modules/assemblyscript/bin/asc.js'), 'peak.ts', ...options], {
      cwd: here('.'),
    });
    const module = new WebAssembly.Module(readFileSync(wasm));
    const { chains12, chains13 } = new WebAssembly.Instance(module, { env: { abort() {} } }).exports;
    const rate = (loop, n) => {
      const begun = performance.now();
      for (let i = 0; i < 50; i++) loop(4000, 1024);
      return (50 * 4000 * n * 8) / (performance.now() - begun) / 1e6;
    };
    return () => Math.max(rate(chains12, 12), rate(chains13, 13));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
