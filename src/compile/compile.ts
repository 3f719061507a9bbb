import { DisposedError } from '../errors.js';
import { callable } from '../options.js';
import { constant, input } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { trace } from '../graph/trace.js';
import { mapTree, tensorsOf } from '../graph/tree.js';
import { words } from '../wasm/engine.js';
import { type Profile, profiled } from './profile.js';
import { Program } from './program.js';
import { realize } from './realize.js';
import { signature } from './signature.js';

/** A function whose programs are kept. */
export interface Compiled {
  /** The programs made so far, instruction by instruction. */
  describe(): string;
  /** Where the time goes for these arguments. */
  profile(...args: readonly unknown[]): Profile;
  /** Returns the programs' memory; the function cannot be called any more. */
  dispose(): void;
}

interface Trace {
  program: Program;
  inputs: Tensor[];
  counter?: Tensor;
  result: unknown;
}

/** Traces f once for each set of shapes and replays its program after: the function's JavaScript runs only at the first
 *  call with arguments of new shapes. Tensors in arguments and results may stand in arrays and plain objects; other
 *  arguments are constants. f must not read values or keep tensors elsewhere.
 *  @example const f = compile((x) => x.square().sum()); f(tensor([1, 2])).item() // 5 */
export function compile<A extends Tensor[], R>(f: (...args: A) => R): ((...args: A) => R) & Compiled;
export function compile<F extends (...args: never[]) => unknown>(f: F): F & Compiled;
export function compile(f: (...args: never[]) => unknown): ((...args: unknown[]) => unknown) & Compiled {
  callable('compile', 'f', f, 'a function of tensors');
  const traces = new Map<string, Trace>();
  let disposed = false;
  let runs = 0;

  const traced = (args: readonly unknown[]): Trace => {
    if (disposed) throw new DisposedError('compile: this function has been disposed of; compile it again');
    const key = signature(args);
    const known = traces.get(key);
    if (known) return known;
    const inputs: Tensor[] = [];
    const given = mapTree(args, (t) => {
      inputs.push(input(t.shape));
      return inputs[inputs.length - 1];
    });
    const { result, counter } = trace(true, () => f(...(given as never[])));
    const made: Trace = { program: new Program(tensorsOf(result), { kept: true }), inputs, counter, result };
    traces.set(key, made);
    return made;
  };
  const fill = ({ program, inputs, counter }: Trace, args: readonly unknown[]): void => {
    // An argument may itself be waiting to be computed, which may allocate: first all values, then the writes.
    const values = tensorsOf(args).map(realize);
    values.forEach((v, i) => program.write(inputs[i], v));
    if (counter && program.reads(counter)) words()[program.address(counter) >>> 2] = runs;
    runs++;
  };

  const call = (...args: unknown[]): unknown => {
    const made = traced(args);
    fill(made, args);
    made.program.run();
    return mapTree(made.result, (t) => constant(made.program.read(t), t.shape));
  };
  const compiled: Compiled = {
    describe: () => [...traces].map(([key, { program }]) => `${key}\n${program.describe()}`).join('\n\n'),
    profile(...args) {
      const made = traced(args);
      fill(made, args);
      return profiled(made.program);
    },
    dispose() {
      disposed = true;
      for (const { program } of traces.values()) program.dispose();
      traces.clear();
    },
  };
  return Object.assign(call, compiled);
}
