import { TAKES_NUMBERS } from './plain.js';
import { FormatError, nearest, OptionError, UnsupportedError } from '../../index.js';
import type { Made, Site } from './kind.js';
import { KINDS } from './kinds.js';
import { isLeftOut } from './plain.js';
import type { Entry, Net, Ref } from './net.js';
import { Refusal, Settings } from './settings.js';

/** What is made of a network: the calls that its outputs need, in an order in which they can be made. */
export interface Plan {
  readonly net: Net;
  readonly outputs: readonly Ref[];
  readonly calls: readonly { readonly entry: Entry; readonly call: number }[];
  /** The inputs that are needed. */
  readonly inputs: readonly Entry[];
  /** How the layers among them are made. */
  readonly recipes: ReadonlyMap<string, (site: Site) => Made>;
  /** The networks among them. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** Calls in all, with those of networks within it. */
  readonly size: number;
}

/** The most calls of layers, counted as often as the networks that they belong to are called. */
const MOST = 50_000;

/** Plans networks, and collects what has no counterpart. */
export class Planner {
  readonly #found = new Map<string, { count: number; first: string }>();
  constructor(
    readonly where: string,
    readonly version: string,
  ) {}

  #fail(what: string): never {
    throw new FormatError(`${this.where}: ${what}; the file is damaged or of another format`);
  }

  /** Plans a network up to the layer with this path, or all of it. */
  plan(net: Net, upTo: string | undefined, path: readonly string[] = []): Plan {
    const [cut, rest] = this.#cutAt(net, upTo);
    const inner = cut?.net;
    const outputs = !cut
      ? net.outputs
      : inner && rest === undefined
        ? inner.outputs.map((_, output) => ({ layer: cut.name, call: 0, output }))
        : [{ layer: cut.name, call: 0, output: 0 }];
    const recipes = new Map<string, (site: Site) => Made>();
    const plans = new Map<string, Plan>();
    const [calls, inputs] = this.#order(net, outputs);
    let size = 0;
    for (const { entry } of calls) {
      if (entry.net && !plans.has(entry.name)) {
        const last = entry === cut ? rest : undefined;
        plans.set(entry.name, this.plan(entry.net, last, [...path, entry.name]));
      } else if (!entry.net && !recipes.has(entry.name)) recipes.set(entry.name, this.#recipe(entry, path));
      size += plans.get(entry.name)?.size ?? 1;
      if (size > MOST) this.#fail(`the network calls more than ${MOST} layers`);
    }
    return { net, outputs, calls, inputs, recipes, plans, size };
  }

  /** The layer of a path in this network, and the rest of the path, which is within that layer. */
  #cutAt({ layers }: Net, upTo: string | undefined): [Entry?, string?] {
    if (upTo === undefined) return [];
    const names = [...layers.keys()];
    const name = names
      .filter((each) => upTo === partName(each) || (layers.get(each)?.net && upTo.startsWith(`${partName(each)}.`)))
      .sort((a, b) => b.length - a.length)[0];
    if (name !== undefined) {
      const rest = upTo.slice(partName(name).length + 1);
      return [layers.get(name), rest || undefined];
    }
    const near = nearest(upTo, names.map(partName));
    throw new OptionError(
      `${this.where}: upTo is '${upTo}', which is no layer; ${near === undefined ? `there are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and others' : ''}` : `did you mean '${near}'?`}`,
    );
  }

  /** The calls that the outputs need, each behind those that it needs itself. */
  #order(net: Net, outputs: readonly Ref[]): [Plan['calls'][number][], Entry[]] {
    const done = new Map<string, boolean>();
    const calls: Plan['calls'][number][] = [];
    const inputs = new Set<Entry>();
    const stack = [...outputs].reverse().map((ref) => ({ ref, leaving: false }));
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { ref, leaving } = next;
      const entry = net.layers.get(ref.layer) ?? this.#fail(`there is no layer '${ref.layer}'`);
      if (entry.className === 'InputLayer') {
        inputs.add(entry);
        continue;
      }
      const key = `${ref.call} ${ref.layer}`;
      if (leaving) {
        done.set(key, true);
        calls.push({ entry, call: ref.call });
        continue;
      }
      if (done.get(key) === false) this.#fail(`layer '${ref.layer}' is its own input`);
      if (done.has(key)) continue;
      const from = entry.calls[ref.call] as readonly Ref[] | undefined;
      if (!from?.length) return this.#fail(`call ${ref.call} of layer '${ref.layer}' has no inputs`);
      done.set(key, false);
      stack.push({ ref, leaving: true }, ...[...from].reverse().map((input) => ({ ref: input, leaving: false })));
    }
    return [calls, net.inputs.map((name) => net.layers.get(name) as Entry).filter((entry) => inputs.has(entry))];
  }

  #recipe(entry: Entry, path: readonly string[]): (site: Site) => Made {
    const { name, className, config, operand } = entry;
    const extra =
      entry.extra ??
      (operand === undefined || TAKES_NUMBERS.includes(className) ? undefined : `the argument ${operand}`);
    const at = [...path, name].map(partName).join('.');
    const settings = new Settings(this.where, `layer '${at}' (${className})`, this.version, config, operand);
    const never = (): never => this.#fail(`layer '${at}' cannot be made`);
    if (!Object.hasOwn(KINDS, className)) this.#note(className.slice(0, 60), at);
    else if (extra !== undefined && !isLeftOut(className)) this.#note(`${className} with ${extra}`, at);
    else
      try {
        return KINDS[className](settings);
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause;
        this.#note(`${className} with ${cause.message}`, at);
      }
    return never;
  }
  #note(what: string, at: string): void {
    const { count = 0, first = at } = this.#found.get(what) ?? {};
    this.#found.set(what, { count: count + 1, first });
  }

  /** Reports everything that has no counterpart, if there is anything. */
  check(): void {
    if (!this.#found.size) return;
    const list = [...this.#found].map(([what, { count, first }]) => `${what} ×${count} (first '${first}')`);
    const shownOf = list.length > 12 ? [...list.slice(0, 12), `${list.length - 12} other kinds`] : list;
    throw new UnsupportedError(
      `${this.where}: these layers cannot be imported: ${shownOf.join(', ')}; cut the network before them with { upTo: 'the name of a layer' }`,
    );
  }
}

/** A name of the file as a part of a path here, which has no dots. */
export const partName = (name: string): string => (name === '__proto__' ? '_proto_' : name.replaceAll('.', '_'));
