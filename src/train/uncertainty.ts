import { Storage, stored, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Changes, Rule } from '../optim/rule.js';
import { assign } from '../ops/storage.js';
import { floats } from '../wasm/engine.js';

/** Floats of the vectors: a cache line, like every parameter; no model has more tasks. */
const LINE = 16;

/** log σ² of the tasks, learned beside the model by its optimizer. They begin at 0. */
export class Uncertainty {
  readonly #s = new Storage('this training', 4 * LINE, 'models');
  readonly #grad = new Storage('this training', 4 * LINE, 'models');
  readonly #states: Map<string, Storage>;
  constructor(readonly rule: Rule) {
    this.#states = new Map(rule.state.map((name) => [name, new Storage('this training', 4 * LINE, 'models')]));
  }

  /** One number for each task. */
  pieces(tasks: number): Tensor[] {
    const s = stored(this.#s, [LINE]);
    return Array.from({ length: tasks }, (_, i) => view(s, i, [1]));
  }

  /** Their update, once the step is known to be finite. */
  update(
    slopes: readonly Tensor[],
    checked: (vector: Tensor) => Tensor,
    apply: (s: Tensor, grad: Tensor, state: Record<string, Tensor>) => Changes,
  ): Tensor[] {
    const grad = checked(slopes.reduce((vector, slope, i) => assign(vector, slope, i), stored(this.#grad, [LINE])));
    const s = stored(this.#s, [LINE]);
    const state = Object.fromEntries([...this.#states].map(([name, storage]) => [name, stored(storage, [LINE])]));
    const changes = apply(s, grad, state);
    const into = (vector: Tensor, value: Tensor): Tensor => (this.rule.native ? value : assign(vector, value));
    return [
      ...(changes.theta ? [into(s, changes.theta)] : []),
      ...Object.entries(changes.state ?? {}).map(([name, value]) => into(state[name], value)),
    ];
  }

  values(): Float32Array {
    const at = this.#s.at >>> 2;
    return floats().slice(at, at + LINE);
  }

  get storages(): readonly Storage[] {
    return [this.#s, this.#grad, ...this.#states.values()];
  }
}
