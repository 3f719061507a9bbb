import { DisposedError } from '../errors.js';
import { callable } from '../options.js';
import { constant, input, storageOf } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import { needs, type Tensor } from '../graph/tensor.js';
import { isTracing, traceProgram } from '../graph/trace.js';
import { mapTree, tensorsOf } from '../graph/tree.js';
import { words } from '../wasm/engine.js';
import { type Owner, disposeWhenCollected, disposedByHand } from '../wasm/owned.js';
import { type Profile, profiled } from './profile.js';
import { Program } from './program.js';
import { Programs } from './programs.js';
import { realize } from './realize.js';
import { signature } from './signature.js';

/** A function whose programs are kept. */
export interface Compiled {
  /** Lists the programs made so far, instruction by instruction. */
  describe(): string;
  /** Measures where the time goes for these arguments. */
  profile(...args: readonly unknown[]): Profile;
  /** Returns the programs' memory; the function cannot be called any more. */
  dispose(): void;
}

interface Traced extends Owner {
  readonly program: Program;
  readonly inputs: readonly Tensor[];
  /** The numbers that lie in the inputs' places since an earlier call. */
  readonly last: WeakRef<Float32Array>[];
  readonly counter?: Tensor;
  readonly result: unknown;
}

/** Traces f once for each set of shapes and replays its program from then on: the JavaScript of f runs only at the
 *  first call with arguments of new shapes. Tensors in arguments and results may be inside arrays and plain objects;
 *  other arguments are constants. f must not read values or keep tensors elsewhere.
 *  @example const f = compile((x) => x.square().sum()); f(tensor([1, 2])).item() // 5 */
export function compile<A extends Tensor[], R>(f: (...args: A) => R): ((...args: A) => R) & Compiled;
export function compile<F extends (...args: never[]) => unknown>(f: F): F & Compiled;
export function compile(f: (...args: never[]) => unknown): ((...args: unknown[]) => unknown) & Compiled {
  callable('compile', 'f', f, 'a function of tensors');
  const programs = new Programs<Traced>();
  let disposed = false;
  let runs = 0;

  const alive = (): void => {
    if (disposed) throw new DisposedError('compile: this function has been disposed of; compile it again');
  };
  const traced = (args: readonly unknown[]): Traced => {
    const key = signature(args);
    return programs.get(key) ?? programs.add(key, traceOf(f, args));
  };
  const fill = ({ program, inputs, last, counter }: Traced, args: readonly unknown[]): void => {
    // Computing an argument may allocate memory, so all values come first and the writes after.
    const values = tensorsOf(args).map((t) => realize(t));
    values.forEach((v, i) => {
      // Tensors never change: what was written for an earlier call need not be written again.
      if (last[i]?.deref() === v) return;
      program.write(inputs[i], v);
      if (v.length >= LARGE && program.keeps(inputs[i])) last[i] = new WeakRef(v);
    });
    if (counter && program.reads(counter)) words()[program.address(counter) >>> 2] = runs;
    runs++;
  };

  const call = (...args: unknown[]): unknown => {
    alive();
    // A call inside another traced function becomes a part of that function, which may be differentiated.
    if (isTracing()) return f(...(args as never[]));
    const trace = traced(args);
    fill(trace, args);
    trace.program.run();
    return mapTree(trace.result, (t) => constant(trace.program.read(t), t.shape));
  };
  const methods: Compiled = {
    describe: () => programs.all.map(([key, { program }]) => `${key}\n${program.describe()}`).join('\n\n'),
    profile(...args) {
      alive();
      const trace = traced(args);
      fill(trace, args);
      return profiled(trace.program);
    },
    dispose() {
      disposed = true;
      disposedByHand(call);
      programs.dispose();
    },
  };
  disposeWhenCollected(call, [programs]);
  return Object.assign(call, methods);
}

/** The program of f for arguments with the same signature. */
function traceOf(f: (...args: never[]) => unknown, args: readonly unknown[]): Traced {
  const inputs: Tensor[] = [];
  const renamed = mapTree(args, (t) => {
    inputs.push(input(t.shape));
    return inputs[inputs.length - 1];
  });
  const { result, counter } = traceProgram(() => f(...(renamed as never[])));
  const roots = tensorsOf(result);
  // Tensors described outside keep the values of this moment, however often the program runs.
  for (const leaf of sorted(roots, needs)) {
    const storage = storageOf(leaf);
    if (storage?.isMoment(leaf)) storage.leave();
  }
  const program = new Program(roots, { kept: true });
  return { program, inputs, last: [], counter, result, dispose: () => program.dispose() };
}

/** The least number of elements for which remembering an argument costs less than writing it again. */
const LARGE = 4096;
