import { Program } from '../compile/program.js';
import { open } from '../data/leakage.js';
import { constant, input } from '../graph/leaves.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { floats } from '../wasm/engine.js';
import type { Rows } from './examples.js';
import type { Composite } from './layer.js';
import type { Parameters } from './parameters.js';
import { callPart } from './walk.js';

interface Pass {
  program: Program;
  x: Tensor;
  y: Tensor;
}
/** Programs that are kept: one for whole batches, one for a remainder, and two for other callers. */
const KEPT = 4;

/** A model's forward passes in evaluation mode. Programs are kept by batch size. */
export class Predictor {
  readonly #passes = new Map<number, Pass>();
  constructor(
    readonly part: Composite,
    readonly parameters: Parameters,
    readonly shape: Shape,
  ) {}

  /** Raw outputs for all rows, `batchSize` at a time. A sealed set counts it. */
  run(rows: Rows, batchSize: number): Tensor {
    open(rows);
    const width = sizeOf(this.shape);
    let output: Float32Array | undefined;
    let shape: Shape = [];
    for (let at = 0; at < rows.size; at += batchSize) {
      const count = Math.min(batchSize, rows.size - at);
      const { program, x, y } = this.#pass(count);
      // An output that ignores x leaves it without a place.
      if (program.reads(x)) {
        const from = program.address(x) >>> 2;
        const memory = floats();
        memory.set(rows.x.subarray(at * width, (at + count) * width), from);
        const scale = Math.fround(rows.scale ?? 1);
        if (scale !== 1) for (let i = from; i < from + count * width; i++) memory[i] *= scale;
      }
      program.run();
      const each = y.size / count;
      output ??= new Float32Array(rows.size * each);
      shape = y.shape;
      output.set(program.read(y), at * each);
    }
    return constant(output ?? new Float32Array(0), [rows.size, ...shape.slice(1)]);
  }

  #pass(count: number): Pass {
    const known = this.#passes.get(count);
    if (known) return known;
    if (this.#passes.size >= KEPT) {
      const [oldest] = this.#passes.keys();
      this.#passes.get(oldest)?.program.dispose();
      this.#passes.delete(oldest);
    }
    const x = input([count, ...this.shape]);
    const y = callPart(this.part, x, this.parameters.tensors(), {
      training: false,
      key: [0, 0],
      counter: () => constant(new Int32Array(1), [1]),
      updates: new Map(),
      penalties: [],
    });
    const pass = { program: new Program([y], { kept: true }), x, y };
    this.#passes.set(count, pass);
    return pass;
  }

  dispose(): void {
    for (const { program } of this.#passes.values()) program.dispose();
    this.#passes.clear();
  }
}
