import base from '../../build/base.wasm';
import type { instantiate } from '../../build/base.js';
import { Size } from '../../assembly/layout.js';
import { OutOfMemoryError, ThreadError, UnsupportedError } from '../errors.js';
import { reserveEngine } from './singleEngine.js';
import { link } from './link.js';
import { DATA, grow, leave, type Memory, PAGE, take } from './memories.js';

/** The exports of the module, with the types that asc emits. */
type Exports = Awaited<ReturnType<typeof instantiate>>;
type Kernel = (instruction: number, part: number, parts: number) => void;
/** The names of the exported functions that have the signature of a kernel. */
export type KernelName = {
  [K in keyof Exports]: Exports[K] extends Kernel ? (Parameters<Exports[K]>['length'] extends 3 ? K : never) : never;
}[keyof Exports];

/** The address of the words through which threads meet, below DATA; assembly/barrier.ts and machine.ts describe
 *  them. */
export const CONTROL = 64;
const SPINS = CONTROL + 192;
const SLEEPS = CONTROL + 196;
const FORM = CONTROL + 272;
const HALT = CONTROL + 320;
/** The first address that the allocator may hand out, above the module's data and thread 0's workspace. */
export const HEAP = PAGE + Size.scratch;

reserveEngine('regulus');
/** The memory, the number of pages that it may grow to, and the number of threads that compute on it. */
export let { memory, mostPages } = firstMemory();
let team = 1;
/** The address of the table of threads; see assembly/team.ts. */
let table = 0;
/** The compiled module of the base build. It is kept so that the host need not compile and optimize it again. */
let compiled: WebAssembly.Module | undefined;
interface Linked {
  readonly module: WebAssembly.Module;
  readonly exports: Exports;
  readonly kernels: ReadonlyMap<string, number>;
}
let { module, exports, kernels } = linkBase();

/** Creates the first memory. A limit on the address space (`ulimit -v`, or that of a container) may leave no room,
 *  because engines reserve gigabytes for any memory. */
function firstMemory(): Memory {
  const pages = HEAP / PAGE + 8;
  try {
    return take(pages, false);
  } catch (cause) {
    throw new OutOfMemoryError(
      `regulus: this host gives no WebAssembly memory of ${pages * PAGE} bytes (${String(cause)}); raise the limit on the program's address space (ulimit -v), or close other programs`,
      { cause },
    );
  }
}

/** Links a build to the memory, as thread 0 of `count`. Its static data, the same in every build, are written again. */
function linked(module: WebAssembly.Module, count: number): Linked {
  const { exports: untyped, kernels: numbers } = link(module, memory);
  const typed = untyped as unknown as Exports;
  typed.join(0, count, PAGE, CONTROL, table);
  return { module, exports: typed, kernels: numbers };
}

/** Links the base build. */
function linkBase(): Linked {
  try {
    compiled ??= base();
    return linked(compiled, 1);
  } catch (cause) {
    throw new UnsupportedError(`regulus needs WebAssembly with SIMD, which this host lacks: ${String(cause)}`);
  }
}

/** Computes with another build from now on; without one, with the base. Models and programs stay as they are: memory is the
 *  same, and so are the kernels' numbers, because all builds export the same names. */
export function useBuild(other?: WebAssembly.Module): void {
  ({ module, exports, kernels } = other ? linked(other, team) : linkBase());
}
/** The build that computes, as a compiled module. */
export const build = (): WebAssembly.Module => module;
export const linkage = (): object => exports;

/** A memory that threads share, on which `count` of them compute. */
export interface Team extends Memory {
  readonly module: WebAssembly.Module;
  readonly count: number;
  /** The address of a table with a line of 64 bytes for each thread, and one more. */
  readonly table: number;
  /** The number of turns that a thread spins before it sleeps, and whether the caller's thread may sleep at all. */
  readonly spins: number;
  readonly sleeps: boolean;
  /** Called when a thread has died: the team must not be used any more. */
  lost(): void;
  /** Called when more memory is needed than threads can share: the team must end. */
  outgrown(): void;
}
let current: Team | undefined;

/** Moves to a memory that threads share, or back to one for a single thread. All bytes above the words through which
 *  threads meet keep their address, so models, data sets and programs stay valid. */
export function useTeam(next: Team | undefined): void {
  const pages = memory.buffer.byteLength / PAGE;
  const target = next ?? take(pages, false);
  grow(target.memory, pages);
  new Uint8Array(target.memory.buffer).set(new Uint8Array(memory.buffer, DATA), DATA);
  // A shared memory is in use until its threads have ended.
  if (!current) leave({ memory, mostPages });
  ({ memory, mostPages } = target);
  [team, current] = [next?.count ?? 1, next];
  table = next?.table ?? 0;
  useBuild(next?.module);
  refresh();
  if (!next) return;
  words()[SPINS >>> 2] = next.spins;
  words()[SLEEPS >>> 2] = next.sleeps ? 1 : 0;
  exports.beginTeam();
}

/** The number of threads that compute. */
export const threads = (): number => team;
/** Moves back to a memory for a single thread, which may grow further than a shared one. Returns false where the memory
 *  is not shared. */
export function outgrow(): boolean {
  const team = current;
  team?.outgrown();
  return team !== undefined;
}
/** Dismisses the other threads. */
export const dismiss = (): void => exports.dismiss();

/** The index of the kernel in the function table. */
export const kernelNumber = (name: KernelName): number => kernels.get(name) as number;

/** The number of forms of the inner loop of matrix products. They differ in speed only, depending on the host. */
export const forms = (): number => exports.forms();
export function chooseForm(form: number): void {
  exports.chooseForm(form);
  words()[FORM >>> 2] = form;
}

let calls = 0;
/** The number of calls from JavaScript into WASM so far: a training step is one call. */
export const callCount = (): number => calls;

/** Runs a program for steps from … to − 1; returns the step that it stopped at, which is below `to` when it halted.
 *  `together`: runs on all threads. */
export function run(program: number, bytes: number, from: number, to: number, together = false): number {
  calls++;
  const at = together ? exports.run(program, bytes, from, to) : exports.runAlone(program, bytes, from, to);
  if (at < from) lose();
  if (at < to) words()[HALT >>> 2] = 0;
  return at;
}

/** Reports that a thread has died during a call, with its part undone. */
function lose(): never {
  current?.lost();
  throw new ThreadError(
    'a worker thread ended during this call, which is therefore not finished; its results may be partly written. ' +
      'You can go on with one thread, or start others with setThreads(n)',
  );
}

// Linear memory can grow, which detaches its buffer; views are made again when the buffer has changed.
let floatView = new Float32Array(memory.buffer);
let wordView = new Int32Array(memory.buffer);
let byteView = new Uint8Array(memory.buffer);
function refresh(): void {
  floatView = new Float32Array(memory.buffer);
  wordView = new Int32Array(memory.buffer);
  byteView = new Uint8Array(memory.buffer);
}

/** All of linear memory as floats. Do not keep it across a call that may allocate. */
export function floats(): Float32Array {
  if (floatView.buffer !== memory.buffer) refresh();
  return floatView;
}
/** All of linear memory as 32-bit integers. */
export function words(): Int32Array {
  if (wordView.buffer !== memory.buffer) refresh();
  return wordView;
}
/** All of linear memory as bytes. */
export function bytes(): Uint8Array {
  if (byteView.buffer !== memory.buffer) refresh();
  return byteView;
}
