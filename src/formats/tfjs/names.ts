import { FormatError, type Shape } from '../../index.js';
import type { KerasLayer } from '../keras/build.js';
import type { Wanted } from '../keras/kind.js';
import { partName } from '../keras/plan.js';
import type { StoredWeight } from './manifest.js';

/** A weight whose name has that of a layer in it. */
interface Found {
  readonly weight: StoredWeight;
  /** What stands before the layer's name, and behind it. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
}
/** The longest name that is read, in words between slashes. */
const MOST_WORDS = 32;

/** Finds the weights of layers by their names, in which names of models may stand before that of the layer, and words such as lstm_cell
 *  between the layer's and the weight's. Keras writes `dense/kernel` or `model/dense/kernel:0`, depending on its version. */
export class WeightNames {
  readonly #words: readonly { readonly weight: StoredWeight; readonly words: readonly string[] }[];
  /** Weights by the names in them, for names of so many words. */
  readonly #indices = new Map<number, Map<string, Found[]>>();
  readonly #used = new Set<StoredWeight>();
  constructor(
    readonly where: string,
    weights: readonly StoredWeight[],
  ) {
    this.#words = weights.map((weight) => ({ weight, words: weight.name.replace(/:\d+$/, '').split('/') }));
    const most = this.#words.reduce((longest, { words }) => Math.max(longest, words.length), 0);
    if (most > MOST_WORDS)
      throw new FormatError(`${where}: the name of a weight has ${most} words, of at most ${MOST_WORDS}`);
  }

  /** Weights by the names of `count` words in theirs: a layer's name may have slashes itself. */
  #index(count: number): Map<string, Found[]> {
    let index = this.#indices.get(count);
    if (index) return index;
    index = new Map();
    for (const { weight, words } of this.#words)
      for (let from = 0; from + count < words.length; from++) {
        const name = words.slice(from, from + count).join('/');
        const list = index.get(name) ?? [];
        list.push({ weight, before: words.slice(0, from), behind: words.slice(from + count) });
        index.set(name, list);
      }
    this.#indices.set(count, index);
    return index;
  }

  /** The numbers of a layer's weights in the order of `wanted`. */
  values({ path, className }: KerasLayer, wanted: readonly Wanted[]): readonly Float32Array[] {
    const name = path.at(-1) as string;
    const all = this.#closest(this.#index(name.split('/').length).get(name) ?? [], path.slice(0, -1));
    const fresh = all.filter(({ weight }) => !this.#used.has(weight));
    const own = fresh.length ? fresh : all;
    const named = wanted.map((each) => own.find((found) => isNamed(found, each.name)));
    // Weights that have no names of their own are in Keras's order.
    const chosen = named.every(Boolean) ? named : own.length === wanted.length ? own : [];
    if (!chosen.length || !wanted.every(({ shape }, i) => isAlike(shape, chosen[i]?.weight.shape ?? []))) {
      const side = (list: readonly { name: string; shape: Shape }[]): string =>
        list
          .slice(0, 8)
          .map((each) => `${each.name} [${each.shape.join(', ')}]`)
          .join(', ') || 'none of them';
      throw new FormatError(
        `${this.where}: layer '${path.map(partName).join('.')}' (${className}) takes ${side(wanted)}; the weights have ${side(all.map(({ weight }) => weight))}`,
      );
    }
    return chosen.map((found) => {
      const { weight } = found as Found;
      this.#used.add(weight);
      return weight.values();
    });
  }

  /** Those with most of the models' names before the layer's, and with the fewest words behind it. */
  #closest(found: readonly Found[], models: readonly string[]): readonly Found[] {
    const rank = ({ before, behind }: Found): number =>
      MOST_WORDS * models.filter((model) => before.includes(model)).length - behind.length;
    const best = found.reduce((most, each) => Math.max(most, rank(each)), Number.NEGATIVE_INFINITY);
    return found.filter((each) => rank(each) === best);
  }
}

/** Whether the words behind a layer's name end with the name of a weight; of two directions, with one's words on the way. */
function isNamed({ behind }: Found, name: string): boolean {
  const words = name.split('/');
  if (behind.at(-1) !== words.at(-1)) return false;
  return words.length === 1 || behind.some((word) => word.startsWith(words[0]));
}
/** Whether shapes are the same but for axes of size 1. */
const isAlike = (a: Shape, b: Shape): boolean => String(a.filter((n) => n !== 1)) === String(b.filter((n) => n !== 1));
