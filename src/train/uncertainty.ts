import { type Storage, stored, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Changes, Rule, Vectors } from '../optim/rule.js';
import { assign } from '../ops/storage.js';
import { floats } from '../wasm/engine.js';

/** The length of the vectors in floats: one cache line, which bounds the number of tasks. */
const LINE = 16;

/** log σ² of the tasks, learned beside the model by its optimizer. They begin at 0. */
export class Uncertainty {
  readonly #s: Storage;
  readonly #grad: Storage;
  readonly #states: ReadonlyMap<Rule, ReadonlyMap<string, Storage>>;
  /** Allocates its vectors by `vector`, which takes a length in floats. */
  constructor(rules: readonly Rule[], vector: (size: number) => Storage) {
    this.#s = vector(LINE);
    this.#grad = vector(LINE);
    const vectors = ({ state }: Rule): ReadonlyMap<string, Storage> =>
      new Map(state.map((name) => [name, vector(LINE)]));
    this.#states = new Map(rules.map((rule) => [rule, vectors(rule)]));
  }

  /** The current values, one for each task. */
  pieces(tasks: number): Tensor[] {
    const s = stored(this.#s, [LINE]);
    return Array.from({ length: tasks }, (_, i) => view(s, i, [1]));
  }

  /** Writes the next values, once the step is known to be finite. */
  update(
    slopes: readonly Tensor[],
    checked: (vector: Tensor) => Tensor,
    apply: (rule: Rule, vectors: Pick<Vectors, 'theta' | 'grad' | 'state'>) => Changes,
  ): Tensor[] {
    const grad = checked(slopes.reduce((vector, slope, i) => assign(vector, slope, i), stored(this.#grad, [LINE])));
    let s = stored(this.#s, [LINE]);
    const finals: Tensor[] = [];
    for (const [rule, vectors] of this.#states) {
      const state = Object.fromEntries([...vectors].map(([name, storage]) => [name, stored(storage, [LINE])]));
      const changes = apply(rule, { theta: s, grad, state });
      const into = (vector: Tensor, value: Tensor): Tensor => (rule.native ? value : assign(vector, value));
      if (changes.theta) s = into(s, changes.theta);
      finals.push(...Object.entries(changes.state ?? {}).map(([name, value]) => into(state[name], value)));
    }
    return [s, ...finals];
  }

  values(): Float32Array {
    const at = this.#s.at >>> 2;
    return floats().slice(at, at + LINE);
  }

  get storages(): readonly Storage[] {
    return [this.#s, this.#grad, ...[...this.#states.values()].flatMap((vectors) => [...vectors.values()])];
  }
}
