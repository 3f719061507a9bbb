import base from '../../build/base.wasm';
import type { instantiate } from '../../build/base.js';
import { Size } from '../../assembly/layout.js';
import { UnsupportedError } from '../errors.js';
import { claim } from './claim.js';

/** What asc exports, with the types that it emits. */
type Exports = Awaited<ReturnType<typeof instantiate>>;
type Kernel = (instruction: number, part: number, parts: number) => void;
/** Names of exported functions with a kernel's signature. */
export type KernelName = {
  [K in keyof Exports]: Exports[K] extends Kernel ? (Parameters<Exports[K]>['length'] extends 3 ? K : never) : never;
}[keyof Exports];

/** Words that threads meet at; they lie below the module's own data, which begins at 1024 (asconfig.json: memoryBase). */
const CONTROL = 64;
const HALT = CONTROL + 320;
/** What the allocator may hand out begins here: above the module's data and thread 0's workspace. */
export const HEAP = 65536 + Size.scratch;
export const PAGE = 65536;

claim('regulus');
export const memory = new WebAssembly.Memory({ initial: HEAP / PAGE + 8, maximum: 65536 });
/** The base build's module is kept: what a host has compiled of it well, it need not compile again. */
let compiled: WebAssembly.Module | undefined;
let { exports, kernels } = linkBase();

/** Instantiates a build of the kernels on the memory. Its static data are written anew, the same in every build. */
function link(module: WebAssembly.Module): { exports: Exports; kernels: ReadonlyMap<string, number> } {
  const { exports: all } = new WebAssembly.Instance(module, { env: { memory } });
  const linked = all as unknown as Exports;
  // A kernel's number is its place in the function table, found by its exported name: no enum to keep in step.
  const numbers = new Map<string, number>();
  const table = linked.table;
  for (const name of Object.keys(all).sort()) {
    const value = all[name];
    if (typeof value !== 'function' || value.length !== 3) continue;
    numbers.set(name, table.length);
    table.set(table.grow(1), value);
  }
  linked.join(0, 1, PAGE, CONTROL);
  return { exports: linked, kernels: numbers };
}

/** The base build. */
function linkBase(): ReturnType<typeof link> {
  try {
    compiled ??= base();
    return link(compiled);
  } catch (cause) {
    throw new UnsupportedError(`regulus needs WebAssembly with SIMD, which this host lacks: ${String(cause)}`);
  }
}

/** Computes with another build from now on; without one, with the base. Models and programs stay as they are: memory is the
 *  same, and so are the kernels' numbers, because all builds export the same names. */
export function useBuild(module?: WebAssembly.Module): void {
  ({ exports, kernels } = module ? link(module) : linkBase());
}

/** The kernel's place in the function table. */
export const kernelNumber = (name: KernelName): number => kernels.get(name) as number;

/** How many forms the inner loop of matrix products has: they differ in speed, by host, and in nothing else. */
export const forms = (): number => exports.forms();
export const chooseForm = (form: number): void => exports.chooseForm(form);

let calls = 0;
/** How often JavaScript has called into WASM: a training step is one call. */
export const callCount = (): number => calls;

/** Runs a program for steps from … to − 1; returns the step that it stopped at, which is below `to` when it halted. */
export function run(program: number, bytes: number, from: number, to: number): number {
  calls++;
  const at = exports.run(program, bytes, from, to);
  if (at < to) words()[HALT >>> 2] = 0;
  return at;
}

// Linear memory can grow, which detaches its buffer: views are taken anew when the buffer is another one.
let floatView = new Float32Array(memory.buffer);
let wordView = new Int32Array(memory.buffer);
let byteView = new Uint8Array(memory.buffer);
function refresh(): void {
  floatView = new Float32Array(memory.buffer);
  wordView = new Int32Array(memory.buffer);
  byteView = new Uint8Array(memory.buffer);
}

/** All of linear memory as floats; never kept across a call that may allocate. */
export function floats(): Float32Array {
  if (floatView.buffer !== memory.buffer) refresh();
  return floatView;
}
/** The same as 32-bit integers. */
export function words(): Int32Array {
  if (wordView.buffer !== memory.buffer) refresh();
  return wordView;
}
/** The same as bytes. */
export function bytes(): Uint8Array {
  if (byteView.buffer !== memory.buffer) refresh();
  return byteView;
}
