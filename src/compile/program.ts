import { Field, Size, Sync } from '../../assembly/layout.js';
import { DisposedError } from '../errors.js';
import { constantOp, fullOp, type Storage } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { sorted } from '../graph/sort.js';
import { attributesOf, needs, type Tensor } from '../graph/tensor.js';
import { now } from '../clock.js';
import { ThreadTrial } from '../wasm/threadTrial.js';
import { bytes, floats, kernelNumber, run, threads, words } from '../wasm/engine.js';
import { runProducts } from '../wasm/gemmTrial.js';
import { allocate, type Block, release } from '../wasm/memory.js';
import { fold } from './fold.js';
import { fuse } from './fuse.js';
import { group, type Step } from './group.js';
import { merge } from './merge.js';
import { aligned, type Placement, place } from './place.js';
import { schedule } from './schedule.js';

/** A group of instructions, which the machine runs together part by part: the smallest piece that can be timed. */
export interface Group {
  readonly kernels: readonly string[];
  /** The bytes read and written, and the multiplications and additions. */
  readonly bytes: number;
  readonly flops: number;
  /** Runs the group alone, once. */
  run(): void;
}

/** Plans the instructions that compute the roots, and where everything lies. */
function plan(roots: readonly Tensor[], kept: boolean) {
  const whole = fuse(kept ? fold(merge(roots), evaluate) : roots);
  const opening = sorted(whole, needs).find(({ op, value }) => op.open && !value);
  const fused = opening?.op.open?.(whole, (inner) => fuse(kept ? merge(inner) : inner)) ?? whole;
  const order = schedule(fused);
  const steps = group(order);
  const blocks = steps.map(({ code }) => (code.d instanceof Int32Array ? code.d : undefined));
  const code = steps.length * Size.instruction;
  const start = code + blocks.reduce((sum, d) => sum + (d ? aligned(4 * d.length) : 0), 0);
  return { fused, steps, placement: place(order, steps, fused, start) };
}
/** The bytes that a kept program of these roots would take. */
export const planned = (roots: readonly Tensor[]): number => plan(roots, true).placement.bytes;

/** A list of instructions in linear memory, with the constants, inputs and intermediate results that they work on. */
export class Program {
  readonly #block: Block;
  readonly #steps: readonly Step[];
  readonly #placement: Placement;
  readonly #storages: readonly Storage[];
  readonly #written: readonly Storage[];
  readonly #outputs: ReadonlyMap<Tensor, Tensor>;
  readonly #run: typeof run;
  /** Set for programs that are large enough for several threads. */
  readonly #threadTrial?: ThreadTrial;
  #disposed = false;

  /** Plans and emits the instructions that compute the roots, in their order. For a program that is kept and run again,
   *  two more passes merge equal expressions and fold constants. */
  constructor(roots: readonly Tensor[], { kept = false } = {}) {
    const { fused, steps, placement } = plan(roots, kept);
    this.#steps = steps;
    this.#placement = placement;
    this.#storages = [...this.#placement.storages];
    this.#written = [...this.#placement.written];
    this.#outputs = new Map(roots.map((t, i) => [t, fused[i]]));
    this.#block = allocate(this.#placement.bytes, 'programs');
    const products = this.#steps.reduce((sum, step) => sum + (isProduct(step) ? flopsOf(step) : 0), 0);
    this.#run = products >= MANY ? runProducts : run;
    if (kept && sharedWork(this.#steps) >= WORTH) this.#threadTrial = new ThreadTrial();
    this.#emit();
  }

  /** Whether a result depends on this input; an input without readers has no place. */
  reads(input: Tensor): boolean {
    return this.#placement.leaves.has(input);
  }

  /** The address of a root or of an input, in bytes. */
  address(t: Tensor): number {
    return this.#placement.address(this.#outputs.get(t) ?? t, this.#block.at);
  }

  /** Whether an input's numbers are still there after a run. */
  keeps(input: Tensor): boolean {
    return !this.#placement.overwritten.has(input);
  }

  /** Writes an input's numbers, where a result depends on it. */
  write(t: Tensor, values: ArrayLike<number>): void {
    if (this.reads(t)) floats().set(values, this.address(t) >>> 2);
  }

  /** A copy of a root's numbers. */
  read(t: Tensor): Float32Array {
    const at = this.address(t) >>> 2;
    return floats().slice(at, at + t.size);
  }

  /** Runs steps from … to − 1 in one call; returns the step it stopped at, below `to` where the program halted. */
  run(from = 0, to = from + 1): number {
    if (this.#disposed) throw new DisposedError('this program has been disposed of; compile the function again');
    for (const storage of this.#storages) void storage.at;
    for (const storage of this.#written) storage.leave();
    const bytes = this.#steps.length * Size.instruction;
    const trial = threads() > 1 ? this.#threadTrial : undefined;
    if (!trial) return this.#run(this.#block.at, bytes, from, to, false);
    const together = trial.turn();
    const begun = now();
    const at = this.#run(this.#block.at, bytes, from, to, together);
    trial.note(together, now() - begun, Math.max(1, at - from));
    return at;
  }

  dispose(): void {
    if (!this.#disposed) release(this.#block);
    this.#disposed = true;
  }

  /** Bytes of the whole block and of the arena of intermediate results, the most of those that are alive at once, and
   *  their sum if none shared memory. */
  get memory(): { block: number; arena: number; bound: number; intermediates: number } {
    const { arena, intermediates } = this.#placement;
    return { block: this.bytes, arena, bound: this.#placement.bound(), intermediates };
  }
  /** The bytes of linear memory that the program holds. */
  get bytes(): number {
    return this.#block.bytes;
  }

  /** One line for each instruction: kernel, shapes, bytes read and written, multiplications and additions, parts. A bar
   *  joins the instructions of one group. */
  describe(): string {
    const lines = this.#steps.map((step, i) => {
      const { t, code, begin, end } = step;
      const bar = end - begin === 1 ? ' ' : i === begin ? '┌' : i === end - 1 ? '└' : '│';
      const shapes = inputsOf(step)
        .map((x) => show(x.shape))
        .join(' ');
      const columns = [`${bytesOf(step)} bytes`, `${flopsOf(step)} flops`, `×${code.parts ?? 1}`].join('  ');
      return `${bar} ${code.kernel.padEnd(22)} ${show(t.shape).padEnd(14)} ← ${shapes.padEnd(30)}  ${columns}`;
    });
    const { block, arena, bound, intermediates } = this.memory;
    const flops = this.#steps.reduce((sum, step) => sum + flopsOf(step), 0);
    const total = `${lines.length} instructions, ${flops} flops, ${block} bytes, arena ${arena} for ${bound} alive at once of ${intermediates}`;
    return [...lines, total].join('\n');
  }

  /** The groups of instructions in their order. They run on all threads, where the program is large enough. */
  groups(): Group[] {
    // A loop is one group, with all that is in it.
    const begins: number[] = [];
    for (let i = 0; i < this.#steps.length; i = this.#steps[i].end) begins.push(i);
    const together = threads() > 1 && this.#threadTrial !== undefined;
    return begins.map((begin) => {
      const { end } = this.#steps[begin];
      const steps = this.#steps.slice(begin, end);
      const at = this.#block.at + begin * Size.instruction;
      return {
        kernels: steps.map(({ code }) => code.kernel),
        bytes: steps.reduce((sum, step) => sum + bytesOf(step), 0),
        flops: steps.reduce((sum, step) => sum + flopsOf(step), 0),
        run: () => void run(at, (end - begin) * Size.instruction, 0, 1, together),
      };
    });
  }

  /** Calls f, then restores the storages that the program's groups have written to meanwhile. */
  undone<T>(f: () => T): T {
    const copies = this.#storages.map((storage) => ({
      storage,
      copy: bytes().slice(storage.at, storage.at + storage.bytes),
    }));
    try {
      return f();
    } finally {
      for (const { storage, copy } of copies) bytes().set(copy, storage.at);
    }
  }

  #emit(): void {
    const base = this.#block.at;
    const memory = words();
    const numbers = floats();
    let blocks = base + this.#steps.length * Size.instruction;
    const at = (t: Tensor | undefined): number => (t ? this.#placement.address(t, base) : 0);
    const parts = (i: number): number => this.#steps[i % this.#steps.length].code.parts ?? 1;
    this.#steps.forEach((step, i) => {
      const { t, code, begin, end } = step;
      const word = (base + i * Size.instruction) >>> 2;
      const put = (field: Field, value: number): void => {
        memory[word + (field >>> 2)] = value;
      };
      // Threads need not wait for one another between two groups of a single part.
      const alone = parts(begin) === 1 && parts(end) === 1;
      put(Field.kernel, kernelNumber(code.kernel));
      put(Field.parts, code.parts ?? 1);
      put(Field.span, (end - i) * Size.instruction);
      const kind = code.kernel === 'loop' ? Sync.loop : isProduct(step) ? Sync.atOnce : 0;
      put(Field.sync, (code.sync || !alone ? Sync.wait : 0) | kind);
      put(Field.y, at(code.y ?? t) + 4 * (code.offset ?? 0));
      put(Field.a, at(code.a));
      put(Field.b, at(code.b));
      put(Field.c, at(code.c));
      if (code.d instanceof Int32Array) {
        memory.set(code.d, blocks >>> 2);
        put(Field.d, blocks);
        blocks += aligned(4 * code.d.length);
      } else put(Field.d, at(code.d));
      put(Field.rows, code.rows ?? 0);
      put(Field.columns, code.columns ?? 0);
      put(Field.inner, code.e ? at(code.e) : (code.inner ?? 0));
      put(Field.lda, code.lda ?? 0);
      put(Field.ldb, code.ldb ?? 0);
      put(Field.mode, code.mode ?? 0);
      numbers[word + (Field.s >>> 2)] = code.s ?? 0;
    });
    for (const t of this.#placement.leaves) {
      const value = t.value ? undefined : attributesOf(fullOp, t)?.value;
      const values = attributesOf(constantOp, t)?.values ?? t.value;
      const from = at(t) >>> 2;
      if (value !== undefined) numbers[from] = value;
      else if (values instanceof Int32Array) memory.set(values, from);
      else if (values) numbers.set(values, from);
    }
  }
}

/** Computes the values of tensors that depend on constants only. */
function evaluate(wanted: readonly Tensor[]): Float32Array[] {
  const program = new Program(wanted);
  try {
    program.run();
    return wanted.map((t) => program.read(t));
  } finally {
    program.dispose();
  }
}

const PRODUCTS: readonly string[] = [
  'gemm',
  'conv',
  'convWeights',
  'winograd',
  'winogradWeights',
  'recur',
  'recurGradient',
];
const isProduct = ({ code }: Step): boolean => PRODUCTS.includes(code.kernel);
/** A program with at least this many operations in products spends most of its time there. */
const MANY = 2e6;
/** The operations in groups of several parts, which threads can share. */
const sharedWork = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + ((step.code.parts ?? 1) > 1 ? Math.max(flopsOf(step), bytesOf(step) / 4) : 0), 0);
const WORTH = 2e5;
const inputsOf = ({ code }: Step): Tensor[] => [code.a, code.b, code.c].filter((x) => x !== undefined);
const bytesOf = (step: Step): number =>
  step.times * inputsOf(step).reduce((sum, x) => sum + 4 * x.size, 4 * (step.code.y ?? step.t).size);
/** The floating-point operations of a step: multiplications and additions of a product, about one for each element of
 *  everything else. */
function flopsOf(step: Step): number {
  const { t, code, times } = step;
  if (code.kernel === 'loop') return 0;
  if (!isProduct(step)) return times * Math.max((code.y ?? t).size, code.a?.size ?? 0);
  // A step of a recurrent layer takes each row's state through a product.
  const { rows = 0, columns = 0, inner = 0, lda: steps = 0, mode = 0 } = code;
  if (code.kernel.startsWith('recur')) return times * 2 * rows * steps * columns * columns * [1, 3, 4][mode & 3];
  // Each square takes 16 products for each pair of channels.
  if (code.kernel === 'winogradWeights') return times * 32 * inner * rows * columns;
  if (code.kernel === 'winograd') return times * 8 * inner * rows * columns;
  // In the gradient of a convolution's weights, the matrices of all pieces together are one product.
  const size = code.kernel === 'convWeights' ? (code.rows ?? 0) * (code.columns ?? 0) : t.size;
  return times * 2 * size * (code.inner ?? 0);
}
