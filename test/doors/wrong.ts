import { nn, tensor } from '../../src/index.js';
import { kept } from './kept.js';

/** Everything that can be passed as an argument by mistake. Values are made for every call, because functions may keep
 *  them. */
export const WRONG: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a word': () => 'abc',
  'an empty string': () => '',
  'a number as text': () => '2',
  true: () => true,
  'a BigInt': () => 1n,
  'a symbol': () => Symbol('s'),
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  'a negative number': () => -1,
  'a fraction': () => 1.5,
  'a huge number': () => 1e15,
  'an empty object': () => ({}),
  'an object with an odd key': () => ({ oddKey: 1 }),
  'an empty list': () => [],
  'a list with a hole': () => {
    const list = [1, 2, 3];
    delete list[1];
    return list;
  },
  'a list of text': () => ['1'],
  'a list of null': () => [null],
  'a list of numbers': () => [1, 1],
  'a ragged list': () => [[1], [2, 3]],
  'a list of a list of text': () => [[1, '2']],
  'a list in itself': () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  },
  'an object in itself': () => {
    const object: Record<string, unknown> = {};
    object.self = object;
    return object;
  },
  'a function': () => () => 1,
  'an instance of a class': () => new (class Own {})(),
  'a date': () => new Date(0),
  'a map': () => new Map(),
  'a regular expression': () => /x/,
  'an array of BigInts': () => new BigInt64Array(2),
  'an empty typed array': () => new Uint8Array(0),
  'a typed array': () => Float64Array.of(1, 2),
  'a DataView': () => new DataView(new ArrayBuffer(8)),
  'a proxy of an object': () => new Proxy({}, {}),
  'a proxy of a list': () => new Proxy([], {}),
  'a proxy of a function': () => new Proxy(() => 1, {}),
  'a tensor': () => tensor([1, 2]),
  'a model': () => kept(nn.sequential([nn.dense(1)])),
  'a layer': () => nn.relu(),
};
