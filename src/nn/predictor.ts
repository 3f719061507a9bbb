import { Program } from '../compile/program.js';
import { Programs } from '../compile/programs.js';
import { open } from '../data/leakage.js';
import { constant, input } from '../graph/leaves.js';
import { ShapeError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { floats } from '../wasm/engine.js';
import type { Owner } from '../wasm/owned.js';
import type { Rows } from './examples.js';
import { Carried, type States } from './carry.js';
import type { Composite } from './layer.js';
import type { Inside } from './model.js';
import type { Parameters } from './parameters.js';
import { checkLookup, type Lookup, lookupOf, looksUp } from './lookups.js';
import { callPart } from './walk.js';

interface Pass extends Owner {
  program: Program;
  x: Tensor;
  y: Tensor;
  /** The steps of each row, where sequences are padded. */
  lengths?: Tensor;
  carry?: Carried;
  lookups: readonly Lookup[];
}

/** Runs the forward passes of a model in evaluation mode. Programs are kept by batch size. */
export class Predictor {
  /** Programs for whole batches and for a remainder, and two more for other callers. */
  readonly #passes = new Programs<Pass>(4);
  constructor(
    readonly part: Composite,
    readonly parameters: Parameters,
    /** The caller's name, for messages. Nothing is computed then but the numbers that layers look up, unless there are states. */
    readonly where?: string,
    /** The states that layers carry from one call to the next. */
    readonly states?: States,
  ) {}

  /** Computes raw outputs for all rows, `batchSize` at a time. A sealed set counts this as a use. */
  run(rows: Rows, batchSize: number): Tensor {
    open(rows);
    let output: Float32Array | undefined;
    let shape: Shape = [];
    this.check(rows, batchSize, ({ program, y }, at, count) => {
      const perRow = y.size / count;
      output ??= new Float32Array(rows.size * perRow);
      shape = y.shape;
      output.set(program.read(y), at * perRow);
    });
    return constant(output ?? new Float32Array(0), [rows.size, ...shape.slice(1)]);
  }

  /** Refuses rows in which a layer finds numbers that are not in its table. `passed` is called for every batch without
   *  any. */
  check(rows: Rows, batchSize: number, passed?: (pass: Pass, at: number, count: number) => void): void {
    const width = sizeOf(rows.shape);
    for (let at = 0; at < rows.size; at += batchSize) {
      const count = Math.min(batchSize, rows.size - at);
      const pass = this.#pass([count, ...rows.shape], rows.lengths !== undefined);
      const { program, x, lengths, carry, lookups } = pass;
      // Where the output ignores x, the program has no memory for it.
      if (program.reads(x)) {
        const from = program.address(x) >>> 2;
        const memory = floats();
        memory.set(rows.x.subarray(at * width, (at + count) * width), from);
        const scale = Math.fround(rows.scale ?? 1);
        if (scale !== 1) for (let i = from; i < from + count * width; i++) memory[i] *= scale;
      }
      if (lengths && rows.lengths && program.reads(lengths))
        program.write(
          lengths,
          Float32Array.from({ length: count }, (_, i) => rows.lengths?.[at + i] ?? 0),
        );
      if (this.states) carry?.write(program, this.states);
      program.run();
      for (const lookup of lookups)
        checkLookup(lookup, program.read(lookup.ids), { at, rows: count, where: this.where });
      if (this.states) carry?.read(program, this.states);
      passed?.(pass, at, count);
    }
  }

  #pass(shape: Shape, padded: boolean): Pass {
    const [count] = shape;
    const key = `${shape}${padded ? ' padded' : ''}`;
    const known = this.#passes.get(key);
    if (known) return known;
    const x = input(shape);
    const lengths = padded ? input([count]) : undefined;
    const lookups: Lookup[] = [];
    const carry = this.states && new Carried();
    const y = callPart(this.part, x, this.parameters.tensors(), {
      training: false,
      lengths,
      carry,
      key: [0, 0],
      counter: () => constant(new Int32Array(1), [1]),
      updates: new Map(),
      penalties: [],
      seen: (path, layer, _, given) => lookups.push(...lookupOf(path, layer, given)),
    });
    if (y.shape[0] !== count)
      throw new ShapeError(
        `predict: the model makes ${show(y.shape)} of inputs ${show(x.shape)}; its outputs must have one row for each row of inputs`,
      );
    const outputs = carry ? [y, ...carry.roots] : this.where ? [] : [y];
    const roots = [...outputs, ...lookups.map(({ ids }) => ids)];
    const program = new Program(roots, { kept: true });
    return this.#passes.add(key, { program, x, y, lengths, carry, lookups, dispose: () => program.dispose() });
  }

  dispose(): void {
    this.#passes.dispose();
  }
}

/** A predictor that only checks lookups, for the caller `where`; undefined where no layer looks anything up. */
export const lookupsOf = (where: string, { part, parameters }: Required<Inside>): Predictor | undefined =>
  looksUp(part) ? new Predictor(part, parameters, where) : undefined;

/** Refuses rows in which a layer finds numbers that are not in its table. */
export function checkLookups(where: string, inside: Required<Inside>, rows: Rows): void {
  const lookups = lookupsOf(where, inside);
  try {
    lookups?.check(rows, ROWS);
  } finally {
    lookups?.dispose();
  }
}
/** The rows that are checked at once. */
const ROWS = 1024;
