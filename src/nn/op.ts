import { OptionError } from '../errors.js';
import { type Shape, shapeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { zeros } from '../init/constants.js';
import * as ops from '../ops/index.js';
import { flag, meant, refuse } from '../options.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** The ops that `nn.op` calls: those that make one tensor. */
export type OpName = Exclude<keyof typeof ops, 'split' | 'topK'>;
const { split: _, topK: __, ...OPS } = ops;
/** These take their tensors in a list. */
const OF_LISTS: readonly OpName[] = ['concat', 'stack'];

export interface OpOptions extends Named {
  /** The op's arguments after its tensors, such as [-1] of softmax. Default none. */
  args?: readonly unknown[];
  /** The shape of a parameter `value` that is the last of the op's tensors; it starts with zeros. As every operand it
   *  broadcasts: [c] against [n, h, w, c]. Default none. */
  operand?: Shape;
  /** Makes the parameter the first of the op's tensors. Default false. */
  first?: boolean;
  /** Whether the parameter is trained. Default true. */
  trainable?: boolean;
}

/** Any op of tensors as a layer, so that files and workers rebuild a graph that uses it. It is called with a node, or with a
 *  list of them. Axis 0 is the batch, as everywhere: the op must not mix rows.
 *  @example
 *  const model = nn.graph({ a: [4, 3], b: [3, 5] }, ({ a, b }) =>
 *    nn.op('softmax', { args: [-1] })(nn.op('matmul')([a, b])));
 *  const scaled = nn.op('mul', { operand: [3], name: 'scale' }) */
export function op(operation: OpName, options: OpOptions = {}): CallableLayer {
  if (typeof operation !== 'string' || !Object.hasOwn(OPS, operation)) {
    const hint = typeof operation === 'string' ? meant(operation, Object.keys(OPS)) : '';
    refuse('op', 'operation', operation, `the name of an op that makes one tensor, such as 'mul'${hint}`);
  }
  checkOptions('op', options, ['args', 'operand', 'first', 'trainable']);
  const { args = [] } = options;
  if (!Array.isArray(args) || !isPlain(args))
    refuse(
      'op',
      'args',
      args,
      "a list of the op's arguments after its tensors: numbers, flags, text, lists or options",
    );
  const shape = options.operand && shapeOf('op: operand', options.operand);
  const first = flag('op', 'first', options.first ?? false);
  const trainable = flag('op', 'trainable', options.trainable ?? true);
  if (!shape && (first || options.trainable !== undefined))
    throw new OptionError('op: first and trainable are of the parameter; give its shape, such as operand: [3]');
  const call = OPS[operation] as (...args: unknown[]) => Tensor;
  const apply = (tensors: readonly Tensor[]): Tensor =>
    OF_LISTS.includes(operation) ? call(tensors, ...args) : call(...tensors, ...args);
  return layer({
    config: {
      name: 'op',
      options: {
        operation,
        ...(args.length > 0 && { args }),
        ...(shape && { operand: shape, ...(first && { first }), ...(!trainable && { trainable }) }),
        ...named(options),
      },
    },
    joins: 'any',
    ...(shape && {
      parameters: () => ({
        value: { shape, init: zeros(), kind: operation === 'matmul' ? 'weight' : 'bias', trainable },
      }),
    }),
    call: (_, p, { inputs }) => apply(!shape ? inputs : first ? [p.value, ...inputs] : [...inputs, p.value]),
  });
}

/** Whether a file can hold a value: numbers, flags and text, in lists and objects. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object') return ['number', 'boolean', 'string', 'undefined'].includes(typeof value);
  return value !== null && depth < DEEPEST && Object.values(value).every((each) => isPlain(each, depth + 1));
}
/** Lists of pairs in options are the deepest that an op takes. */
const DEEPEST = 5;
