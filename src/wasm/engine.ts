import base from '../../build/base.wasm';
import type { instantiate } from '../../build/base.js';
import { Size } from '../../assembly/layout.js';
import { OutOfMemoryError, ThreadError, UnsupportedError } from '../errors.js';
import { reserveEngine } from './singleEngine.js';
import { link } from './link.js';
import { DATA, grow, leave, type Memory, PAGE, take } from './memories.js';

/** What asc exports, with the types that it emits. */
type Exports = Awaited<ReturnType<typeof instantiate>>;
type Kernel = (instruction: number, part: number, parts: number) => void;
/** Names of exported functions with a kernel's signature. */
export type KernelName = {
  [K in keyof Exports]: Exports[K] extends Kernel ? (Parameters<Exports[K]>['length'] extends 3 ? K : never) : never;
}[keyof Exports];

/** Words that threads meet at, below DATA. What they mean is said in assembly/barrier.ts and machine.ts. */
export const CONTROL = 64;
const SPINS = CONTROL + 192;
const SLEEPS = CONTROL + 196;
const FORM = CONTROL + 272;
const HALT = CONTROL + 320;
/** What the allocator may hand out begins here: above the module's data and thread 0's workspace. */
export const HEAP = PAGE + Size.scratch;

reserveEngine('regulus');
/** The memory, how many pages it may grow to, and how many threads compute on it. */
export let { memory, mostPages } = firstMemory();
let team = 1;
/** Where threads keep what they know of one another. */
let table = 0;
/** The base build's module is kept: what a host has compiled of it well, it need not compile again. */
let compiled: WebAssembly.Module | undefined;
interface Linked {
  readonly module: WebAssembly.Module;
  readonly exports: Exports;
  readonly kernels: ReadonlyMap<string, number>;
}
let { module, exports, kernels } = linkBase();

/** A limit on a program's addresses (`ulimit -v`, a container's) may leave no room: engines reserve gigabytes for any memory. */
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

/** A build on the memory, as thread 0 of `count`. Its static data are written anew, the same in every build. */
function linked(module: WebAssembly.Module, count: number): Linked {
  const { exports: all, kernels: numbers } = link(module, memory);
  const own = all as unknown as Exports;
  own.join(0, count, PAGE, CONTROL, table);
  return { module, exports: own, kernels: numbers };
}

/** The base build. */
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
/** The build that computes, and what this thread has linked of it. */
export const build = (): WebAssembly.Module => module;
export const linkage = (): object => exports;

/** A memory that threads share, on which `count` of them compute. */
export interface Team extends Memory {
  readonly module: WebAssembly.Module;
  readonly count: number;
  /** Address of a line of 64 bytes for each of them, and one more. */
  readonly table: number;
  /** Turns of the loop in which a thread waits before it sleeps; whether the caller's thread may sleep at all. */
  readonly spins: number;
  readonly sleeps: boolean;
  /** A thread has died: nobody may be asked to compute here any more. */
  lost(): void;
  /** More memory is needed than threads can share: all go home. */
  outgrown(): void;
}
let current: Team | undefined;

/** Moves to a memory that threads share, or back to one of our own: every byte above the words that threads meet at stays at its place,
 *  and so models, data sets and programs stay valid. */
export function useTeam(next: Team | undefined): void {
  const pages = memory.buffer.byteLength / PAGE;
  const target = next ?? take(pages, false);
  grow(target.memory, pages);
  new Uint8Array(target.memory.buffer).set(new Uint8Array(memory.buffer, DATA), DATA);
  // A memory that is shared is in use until its threads have gone.
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

/** How many threads compute. */
export const threads = (): number => team;
/** Moves back to a memory of our own, which may grow further than one that threads share. False where it is our own already. */
export function outgrow(): boolean {
  const team = current;
  team?.outgrown();
  return team !== undefined;
}
/** Lets the other threads go home: they compute no more. */
export const dismiss = (): void => exports.dismiss();

/** The kernel's place in the function table. */
export const kernelNumber = (name: KernelName): number => kernels.get(name) as number;

/** How many forms the inner loop of matrix products has: they differ in speed, by host, and in nothing else. */
export const forms = (): number => exports.forms();
export function chooseForm(form: number): void {
  exports.chooseForm(form);
  words()[FORM >>> 2] = form;
}

let calls = 0;
/** How often JavaScript has called into WASM: a training step is one call. */
export const callCount = (): number => calls;

/** Runs a program for steps from … to − 1; returns the step that it stopped at, which is below `to` when it halted. `together`: with all
 *  threads. */
export function run(program: number, bytes: number, from: number, to: number, together = false): number {
  calls++;
  const at = together ? exports.run(program, bytes, from, to) : exports.runAlone(program, bytes, from, to);
  if (at < from) lose();
  if (at < to) words()[HALT >>> 2] = 0;
  return at;
}

/** A thread has died while all computed: its part was not done. */
function lose(): never {
  current?.lost();
  throw new ThreadError(
    'a thread ended while it computed, and this call is not finished; what it was to change may be half changed. ' +
      'Go on: one thread computes now, and setThreads(n) starts others',
  );
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
