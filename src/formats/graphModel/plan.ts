import { FormatError, nearest, OptionError, UnsupportedError } from '../../index.js';
import { partName } from '../keras/plan.js';
import { field, type Fields, isFields } from '../keras/settings.js';
import { type NodeDef, type Source, sourceOf } from './graphDef.js';
import { OPS } from './ops.js';

/** What is made of a graph: the nodes that its outputs need, each behind its inputs. */
export interface Plan {
  readonly nodes: readonly NodeDef[];
  readonly inputs: readonly NodeDef[];
  /** The outputs by their names in the model. */
  readonly outputs: ReadonlyMap<string, Source>;
}

/** Names of functions that were inlined say nothing. */
const INLINED = /^(Stateful)?PartitionedCall(_\d+)?$/;
/** A node's name as a part of the model: without inlined functions and dots. */
export const shortName = (name: string): string => {
  const words = name.split('/').filter((word) => !INLINED.test(word));
  return partName(words.join('/') || name);
};

/** Plans a graph up to these nodes, or to the outputs that the file names. Throws an UnsupportedError that lists all operations on the way that have
 *  no counterpart. */
export function planOf(
  where: string,
  nodes: ReadonlyMap<string, NodeDef>,
  model: Fields,
  upTo: string | undefined,
  logits: boolean,
): Plan {
  const outputs =
    upTo === undefined
      ? outputsOf(where, nodes, model)
      : new Map([['', { name: found(where, nodes, upTo).name, output: 0 }]]);
  if (logits || upTo !== undefined) for (const [name, source] of outputs) outputs.set(name, bare(nodes, source));
  const order = ordered(where, nodes, [...outputs.values()]);
  const inputs = order.filter(isInput);
  report(where, order);
  return { nodes: order, inputs, outputs };
}

/** A node by its name, its name in the model, or the end of it behind a '/'. */
function found(where: string, nodes: ReadonlyMap<string, NodeDef>, upTo: string): NodeDef {
  const own = nodes.get(upTo);
  if (own) return own;
  const inside = [...nodes.values()].filter(({ op }) => op !== 'Const');
  for (const fits of [
    (name: string) => shortName(name) === upTo,
    (name: string) => name.endsWith(`/${upTo}`) || shortName(name).endsWith(`/${upTo}`),
  ]) {
    const all = inside.filter(({ name }) => fits(name));
    if (all.length === 1) return all[0];
    if (all.length > 1)
      throw new OptionError(
        `${where}: upTo is '${upTo}', with which ${all.length} names end, such as ${all
          .slice(0, 2)
          .map(({ name }) => shortName(name))
          .join(' and ')}; give more of the name`,
      );
  }
  const names = inside.map(({ name }) => shortName(name));
  const near = nearest(upTo, names);
  throw new OptionError(
    `${where}: upTo is '${upTo}', which is no node; ${near === undefined ? `the last are ${names.slice(-4).join(', ')}` : `did you mean '${near}'?`}`,
  );
}

/** The outputs that the file names, or the nodes that no other uses. */
function outputsOf(where: string, nodes: ReadonlyMap<string, NodeDef>, model: Fields): Map<string, Source> {
  const meta = field(model, 'userDefinedMetadata');
  const signature = field(model, 'signature') ?? (isFields(meta) ? field(meta, 'signature') : undefined);
  const named = isFields(signature) ? field(signature, 'outputs') : undefined;
  const outputs = new Map<string, Source>();
  for (const [key, value] of isFields(named) ? Object.entries(named) : []) {
    const name = isFields(value) ? field(value, 'name') : undefined;
    const source = sourceOf(typeof name === 'string' ? name : key);
    if (nodes.has(source.name)) outputs.set(partName(key), source);
  }
  if (outputs.size) return outputs;
  const used = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ name }) => name)));
  for (const { name, op } of nodes.values())
    if (!used.has(name) && op !== 'Const' && op !== 'NoOp' && !isInput({ op }))
      outputs.set(shortName(name), { name, output: 0 });
  if (!outputs.size) throw new FormatError(`${where}: the graph has no outputs; the file is damaged`);
  return outputs;
}

/** The value before a softmax or sigmoid that is all that an output adds. */
function bare(nodes: ReadonlyMap<string, NodeDef>, source: Source): Source {
  const seen = new Set<string>();
  for (let at = source; !seen.has(at.name); ) {
    const node = nodes.get(at.name);
    seen.add(at.name);
    const [input] = node?.inputs ?? [];
    if (!node || !input) return source;
    if (node.op === 'Softmax' || node.op === 'Sigmoid') return input;
    if (node.op !== 'Identity') return source;
    at = input;
  }
  return source;
}

export const isInput = ({ op }: { op: string }): boolean => op.startsWith('Placeholder');

/** The nodes that these outputs need, in an order in which they can be made. */
function ordered(where: string, nodes: ReadonlyMap<string, NodeDef>, outputs: readonly Source[]): NodeDef[] {
  const entered = new Map<string, boolean>();
  const order: NodeDef[] = [];
  const stack = outputs.map(({ name }) => ({ name, leaving: false })).reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { name, leaving } = next;
    const node = nodes.get(name);
    if (!node)
      throw new FormatError(`${where}: there is no node '${name}', which another one needs; the file is damaged`);
    if (leaving) {
      entered.set(name, true);
      order.push(node);
      continue;
    }
    if (entered.get(name) === false)
      throw new FormatError(`${where}: node '${name}' needs its own output; loops cannot be imported`);
    if (entered.has(name)) continue;
    entered.set(name, false);
    stack.push(
      { name, leaving: true },
      ...node.inputs.map((input) => ({ name: input.name, leaving: false })).reverse(),
    );
  }
  return order;
}

/** Reports all operations that have no counterpart, if there are any. */
function report(where: string, nodes: readonly NodeDef[]): void {
  const missing = new Map<string, NodeDef[]>();
  for (const node of nodes)
    if (node.op !== 'Const' && !isInput(node) && !Object.hasOwn(OPS, node.op))
      missing.set(node.op, [...(missing.get(node.op) ?? []), node]);
  if (!missing.size) return;
  const list = [...missing].map(
    ([op, [first, ...more]]) => `${op.slice(0, 60)} ×${more.length + 1} (first '${shortName(first.name)}')`,
  );
  const shownOf = list.length > 12 ? [...list.slice(0, 12), `${list.length - 12} other kinds`] : list;
  throw new UnsupportedError(
    `${where}: these operations cannot be imported: ${shownOf.join(', ')}; cut the graph before them with { upTo: 'the name of a node' }`,
  );
}
