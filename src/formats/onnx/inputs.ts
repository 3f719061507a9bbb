import { checkKeys, OptionError, type Shape, shown, UnsupportedError } from '../../index.js';
import { ELEMENTWISE } from './elementwise.js';
import type { Input, Node } from './read.js';
import type { Value } from './value.js';

/** How the axes of an input are used: as they are, with channels as axis 1, or with the batch as axis 1. */
export type Layout = 'plain' | 'image' | 'steps';

const CHANNELS = [
  ...['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'GlobalMaxPool', 'GlobalAveragePool', 'DepthToSpace'],
  ...['BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'Resize', 'Upsample'],
];
const STEPS = ['LSTM', 'GRU', 'RNN'];

/** Looks what reads an input, behind ops that treat each number alone. */
export function layoutOf({ name }: Input, readers: ReadonlyMap<string, readonly Node[]>): Layout {
  const seen = new Set<Node>();
  const tensors = [name];
  for (let tensor = tensors.pop(); tensor !== undefined; tensor = tensors.pop())
    for (const node of readers.get(tensor) ?? []) {
      if (seen.has(node)) continue;
      seen.add(node);
      if (CHANNELS.includes(node.op) && node.inputs[0] === tensor) return 'image';
      if (STEPS.includes(node.op) && node.inputs[0] === tensor && !node.attributes.get('layout')?.i) return 'steps';
      if (Object.hasOwn(ELEMENTWISE, node.op) || node.op === 'Pad' || node.op === 'Concat')
        tensors.push(...node.outputs);
    }
  return 'plain';
}

/** The batch with which a file computes its shapes: the one that it fixes, or 1. Any other may be given. */
export function batchOf(inputs: readonly Input[]): number {
  const fixed = inputs.flatMap(({ shape }) => (shape?.length && shape[0] > 0 ? [shape[0]] : []));
  return fixed[0] ?? 1;
}

/** An input of the model: one example's shape, and the value that it is in the file. */
export interface Example {
  readonly example: Shape;
  readonly like: Omit<Value, 'node'>;
}

export function inputOf(
  { name, kind, shape: declared }: Input,
  layout: Layout,
  given: unknown,
  count: number,
  batch: number,
): Example {
  if (declared?.length === 0)
    throw new UnsupportedError(`fromOnnx: the input '${name}' is a single number, and has no row for each example`);
  const own = exampleOf(name, given, count);
  const rank = declared?.length ?? (own ? own.length + 1 : 0);
  const image = layout === 'image' && rank > 2;
  const places = Array.from({ length: rank }, (_, axis) => axis);
  const first = layout === 'steps' && rank === 3 ? 1 : 0;
  const rest = places.filter((axis) => axis !== first);
  const axes = [first, ...(image ? [...rest.slice(1), rest[0]] : rest)];
  const sizes = declared && axes.slice(1).map((axis) => declared[axis]);
  const open = sizes?.map((n) => (n < 0 ? '?' : n)) ?? ['…'];
  const says = (what: string): string =>
    `fromOnnx: inputShape${count > 1 ? `.${name}` : ''} is ${what}; the input '${name}' is [n, ${open.join(', ')}]${image ? ', with its channels last' : ''}`;
  if (!rank) throw new OptionError(says('not given'));
  if (own && own.length !== rank - 1) throw new OptionError(says(shown(own)));
  const example = own ?? (sizes as number[]);
  if (example.some((n) => n < 0)) throw new OptionError(`${says('not given')}; give the sizes that are open`);
  const shape = places.map(() => batch);
  for (const [i, axis] of axes.slice(1).entries()) shape[axis] = example[i];
  return { example, like: { shape, axes, kind, image } };
}

/** Checks what inputShape is: one shape, or shapes by names of inputs. */
export function checkShapes(given: unknown, inputs: readonly Input[]): void {
  if (given === undefined || Array.isArray(given)) return;
  const names = inputs.map(({ name }) => name);
  checkKeys('fromOnnx: inputShape', given, names, true);
}

/** The shape that was given for an input. */
function exampleOf(name: string, given: unknown, count: number): Shape | undefined {
  if (given === undefined) return undefined;
  const isShape = (shape: unknown): shape is number[] =>
    Array.isArray(shape) && Array.from(shape).every((n) => Number.isSafeInteger(n) && n > 0);
  const refuse = (): never => {
    const expected = count > 1 ? "shapes by the inputs' names" : "one example's shape such as [224, 224, 3]";
    throw new OptionError(`fromOnnx: inputShape is ${shown(given)}; it must be ${expected}`);
  };
  if (Array.isArray(given)) return count === 1 && isShape(given) ? given : refuse();
  if (!Object.hasOwn(given as object, name)) return undefined;
  const own: unknown = (given as Record<string, unknown>)[name];
  return isShape(own) ? own : refuse();
}
