import { expect, test } from 'vitest';
import { DataError, OptionError, ShapeError } from '../../src/errors.js';
import { einsum } from '../../src/ops/einsum.js';
import * as ops from '../../src/ops/index.js';
import { eye, full, tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const [a, b, v] = [full([2, 3], 1), full([2, 4], 1), tensor([1, 2, 3])];

test.each<[() => unknown, new (m: string) => Error, string]>([
  [
    () => ops.add(a, b),
    ShapeError,
    'add: shapes [2, 3] and [2, 4] do not broadcast: 3 ≠ 4; sizes must be equal, or one of them 1',
  ],
  [() => ops.matmul(a, b), ShapeError, 'matmul: inner sizes differ: [2, 3] · [2, 4] (3 ≠ 2)'],
  [() => ops.matmul(a, full([], 1)), ShapeError, 'matmul: a scalar has no rows: [2, 3] · []; use mul'],
  [
    () => ops.matmul(a, a, { transposeC: true } as never),
    OptionError,
    "matmul: unknown option 'transposeC'; did you mean 'transposeA'? Known: transposeA, transposeB",
  ],
  [() => ops.sum(a, 2), ShapeError, 'sum: axis 2 is not an axis of a tensor with 2 axes; use -2 to 1'],
  [() => ops.softmax(a, -3), ShapeError, 'softmax: axis -3 is not an axis of a tensor with 2 axes; use -2 to 1'],
  [() => ops.softmax(tensor(1)), ShapeError, 'softmax: axis -1 was given, but a single number has no axes'],
  [
    () => ops.reshape(a, [4, 2]),
    ShapeError,
    'reshape: [2, 3] has 6 elements, which do not fill [4, 2]; give a list of sizes',
  ],
  [
    () => ops.reshape(a, [-1, -1]),
    ShapeError,
    'reshape: [2, 3] has 6 elements, which do not fill [-1, -1]; give a list of sizes',
  ],
  [() => ops.transpose(a, [0, 0]), ShapeError, 'transpose: perm [0, 0] does not name each axis of [2, 3] once'],
  [() => ops.concat([a, b]), ShapeError, 'concat: [2, 4] does not fit [2, 3]: sizes may differ along axis 0 only'],
  [() => ops.concat([]), OptionError, 'concat: xs is []; give a list of at least one tensor'],
  [() => ops.stack([a, b]), ShapeError, 'stack: [2, 4] differs from [2, 3]; all shapes must be equal'],
  [() => ops.slice(a, [0], [0]), ShapeError, 'slice: [0] to [0] of [2, 3] has no elements'],
  [
    () => ops.slice(v, [0, 0], [1, 1]),
    ShapeError,
    'slice: begin [0, 0], end [1, 1] and step [1, 1] must have one number each for up to 1 axes of [3]',
  ],
  [() => ops.slice(a, [0.5], [2]), ShapeError, 'slice: 0.5 is no position along axis 0; positions are whole numbers'],
  [() => ops.slice(a, [0], [1], [0]), ShapeError, 'slice: step 0 of axis 0 must be a whole number other than 0'],
  [() => ops.pad(a, [[1, 1]]), ShapeError, 'pad: 1 pairs of widths for [2, 3]; give one pair for each axis'],
  [
    () => ops.pad(v, [[3, 0]], { mode: 'reflect' }),
    ShapeError,
    'pad: reflecting 3 elements needs an axis longer than 3',
  ],
  [
    () => ops.pad(v, [[-1, 0]]),
    OptionError,
    'pad: widths[0] is [-1, 0]; it must be a pair [before, after] of whole numbers from 0',
  ],
  [
    () => ops.pad(v, [[1, 1]], { mode: 'edge' as never }),
    OptionError,
    "pad: mode is 'edge'; it must be 'constant' or 'reflect'",
  ],
  [() => ops.clamp(v, 2, 1), OptionError, 'clamp: low is 2 and high is 1; they must be numbers, low not above high'],
  [() => ops.globalAvgPool2d(a), ShapeError, 'globalAvgPool2d: x is [2, 3]; it must be [n, h, w, channels]'],
  [() => ops.add([1, '2'] as never, v), DataError, "add: element 1 is '2' (a string); give numbers"],
  [() => ops.matmul(undefined as never, v), DataError, 'matmul: a is undefined; give numbers, in lists or as a tensor'],
  [() => ops.oneHot(v, 0), ShapeError, 'oneHot: classes is 0; it must be a whole number from 1'],
  [() => ops.gather(a, tensor([2]), 0), ShapeError, 'gather: index 2 at position 0 is not a whole number from -2 to 1'],
  [() => ops.oneHot(tensor([0.5]), 2), ShapeError, 'oneHot: index 0.5 at position 0 is not a whole number from 0 to 1'],
  [() => ops.embedding(tensor([0]), v), ShapeError, 'embedding: table is [3]; it must be [count, units]'],
  [
    () => ops.gelu(v, { approximate: 'tan' as never }),
    OptionError,
    "gelu: approximate is 'tan'; it must be 'none' or 'tanh'; did you mean 'tanh'?",
  ],
  [() => ops.squeeze(a, 1), ShapeError, 'squeeze: axis 1 of [2, 3] has 3 places; only axes of size 1 can go'],
  [
    () => ops.split(a, 2, 1),
    ShapeError,
    'split: parts is 2; it must be a number that divides 3, the length of axis 1 of [2, 3], or a list of sizes that sum to it',
  ],
  [
    () => ops.topK(v, 4),
    ShapeError,
    'topK: k is 4; it must be a whole number from 1 to 3, the length of axis 0 of [3]',
  ],
  [() => ops.tril(v), ShapeError, 'tril: x is [3]; it must be matrices [..., rows, columns]'],
  [() => ops.tile(v, 0), OptionError, 'tile: times[0] is 0; it must be a whole number from 1'],
  [() => einsum('i->', a), ShapeError, "einsum: 'i' names 1 axes, and operand 0 is [2, 3]"],
  [() => einsum('ij,jk', a, b), ShapeError, "einsum: 'j' is 3 in one operand and 2 in operand 1, [2, 4]"],
  [
    () => einsum('ij->k', a),
    OptionError,
    "einsum: the result of 'ij->k' has 'k', which must be in an operand, and once in the result",
  ],
  [() => einsum('ij,jk', a), OptionError, "einsum: 'ij,jk' is for 2 operands, and 1 are given"],
  [() => einsum('i;j', a), OptionError, "einsum: equation is 'i;j'; give a letter for each axis, like 'ij,jk->ik'"],
  [() => a.item(), ShapeError, 'item: [2, 3] has 6 numbers, not one; use data()'],
  [
    () => tensor([[1, 2], [3]]),
    ShapeError,
    'tensor: element 1 is [3] where [2] is expected; rows must be equally long',
  ],
  [() => tensor([1, 2, 3], [2, 2]), ShapeError, 'tensor: 3 numbers do not fill [2, 2], which has 4'],
  [() => full([2, 0], 1), ShapeError, 'full: the shape is [2, 0]; give a list of whole sizes from 1 like [2, 3]'],
  [() => eye(0), OptionError, 'eye: n is 0; it must be a whole number from 1'],
])('%#', (attempt, type, text) => {
  expect(attempt).toThrow(new type(text));
  expect(attempt).toThrow(type);
});
