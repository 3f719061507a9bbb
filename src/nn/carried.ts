import { Program } from '../compile/program.js';
import { Programs } from '../compile/programs.js';
import { open } from '../data/leakage.js';
import { constant, input } from '../graph/leaves.js';
import type { ByHead } from '../graph/heads.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { checkKeys } from '../options.js';
import { disposedByHand, disposeWhenCollected, type Owner } from '../wasm/owned.js';
import { Carried, type States } from './carry.js';
import { type Examples, examplesOf } from './examples.js';
import { lengthsOf } from './lengths.js';
import { checkLookup, type Lookup, lookupOf } from './lookups.js';
import { built, checkModel, type Inside, type Model, type Output } from './model.js';
import { callPart } from './walk.js';

/** Reads a stream window by window. */
export interface StreamReader<O extends Output = Tensor> {
  /** The outputs for the next windows x [n, t, …], one of each of n streams. `lengths` [n] says how many steps of each are no padding. */
  (x: Examples, options?: { lengths?: ArrayLike<number> }): O;
  /** Begins new streams. */
  reset(): void;
  /** Releases the memory of the programs. */
  dispose(): void;
}
interface Entry extends Owner {
  readonly program: Program;
  readonly carry: Carried;
  readonly x: Tensor;
  readonly y: Tensor | ByHead<Tensor>;
  readonly lengths?: Tensor;
  readonly lookups: readonly Lookup[];
}

const WHERE = 'carried';

/** Makes a function that predicts streams window by window: recurrent layers begin where the window before ended, so that the outputs are those of the
 *  whole stream. Windows may have any number of steps. Layers that look along the steps otherwise, such as attention and convolutions, see the window
 *  alone; those that read from the end are an UnsupportedError.
 *  @example
 *  const read = carried(nn.sequential([nn.gru(4, { returnSequences: true }), nn.dense(1)]).build([8, 2]))
 *  read(ones([1, 8, 2]))
 *  read(ones([1, 3, 2])).shape // [1, 3, 1] */
export function carried<O extends Output>(model: Model<O>): StreamReader<O> {
  checkModel(WHERE, model);
  const programs = new Programs<Entry>();
  const states: States = new Map();
  const next = (x: Examples, options: { lengths?: ArrayLike<number> } = {}): O => {
    checkKeys(WHERE, options, ['lengths']);
    const rows = examplesOf(WHERE, x);
    const { size, scale = 1 } = rows;
    const own = built(model);
    open(rows);
    const shape = [size, ...rows.shape];
    const lengths = lengthsOf(WHERE, options.lengths ?? rows.lengths, shape);
    const key = `${show(shape)}${lengths ? ' padded' : ''}`;
    const entry = programs.get(key) ?? programs.add(key, entryOf(own, shape, lengths !== undefined));
    const { program, carry } = entry;
    program.write(
      entry.x,
      Float32Array.from(rows.x, (v) => v * Math.fround(scale)),
    );
    if (lengths) program.write(entry.lengths as Tensor, lengths);
    carry.write(program, states);
    program.run();
    for (const lookup of entry.lookups)
      checkLookup(lookup, program.read(lookup.ids), { at: 0, rows: size, where: WHERE });
    carry.read(program, states);
    const read = (t: Tensor): Tensor => constant(program.read(t), t.shape);
    const { y } = entry;
    if (y instanceof Tensor) return read(y) as O;
    return Object.fromEntries(Object.entries(y).map(([name, t]) => [name, read(t)])) as O;
  };
  const reader: StreamReader<O> = Object.assign(next, {
    reset: () => states.clear(),
    dispose() {
      disposedByHand(reader);
      programs.dispose();
    },
  });
  disposeWhenCollected(reader, [programs]);
  return reader;
}

function entryOf({ part, parameters }: Required<Inside>, shape: readonly number[], padded: boolean): Entry {
  const [x, carry] = [input(shape), new Carried(WHERE)];
  const lengths = padded ? input([shape[0]]) : undefined;
  const lookups: Lookup[] = [];
  let y: Entry['y'] | undefined;
  const joint = callPart(part, x, parameters.tensors(), {
    training: false,
    key: [0, 0],
    counter: () => constant(new Int32Array(1), [1]),
    updates: new Map(),
    penalties: [],
    lengths,
    carry,
    heads(outputs) {
      y = outputs;
    },
    seen: (path, layer, _, given) => lookups.push(...lookupOf(path, layer, given)),
  });
  y ??= joint;
  const outputs = y instanceof Tensor ? [y] : Object.values(y);
  const program = new Program([...outputs, ...carry.roots, ...lookups.map(({ ids }) => ids)], { kept: true });
  return { program, carry, x, y, lengths, lookups, dispose: () => program.dispose() };
}
