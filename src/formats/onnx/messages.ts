import type { Message } from './wire.js';

/** The messages of ONNX (onnx.proto, IR version 10), as far as they are read. Graphs within attributes are not. */
export interface TensorProto {
  readonly dims: readonly number[];
  readonly type?: number;
  readonly float: readonly number[];
  readonly int32: readonly number[];
  readonly int64: readonly number[];
  readonly double: readonly number[];
  readonly name?: string;
  readonly raw?: Uint8Array;
  readonly external: readonly { readonly key?: string; readonly value?: string }[];
  readonly location?: number;
}
export interface Attribute {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly Uint8Array[];
}
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly op?: string;
  readonly attribute: readonly Attribute[];
  readonly domain?: string;
}
export interface ValueInfo {
  readonly name?: string;
  readonly type?: {
    readonly tensor?: {
      readonly type?: number;
      readonly shape?: { readonly dim: readonly { readonly value?: number; readonly name?: string }[] };
    };
  };
}
export interface ModelProto {
  readonly graph?: {
    readonly node: readonly NodeProto[];
    readonly initializer: readonly TensorProto[];
    readonly sparse: readonly unknown[];
    readonly input: readonly ValueInfo[];
    readonly output: readonly ValueInfo[];
  };
  readonly opset: readonly { readonly domain?: string; readonly version?: number }[];
}

const TENSOR: Message = {
  1: ['dims', 'int', 'list'],
  2: ['type', 'int'],
  4: ['float', 'float', 'list'],
  5: ['int32', 'int', 'list'],
  7: ['int64', 'int', 'list'],
  8: ['name', 'text'],
  9: ['raw', 'bytes'],
  10: ['double', 'double', 'list'],
  13: ['external', { 1: ['key', 'text'], 2: ['value', 'text'] }, 'list'],
  14: ['location', 'int'],
};
const ATTRIBUTE: Message = {
  1: ['name', 'text'],
  2: ['f', 'float'],
  3: ['i', 'int'],
  4: ['s', 'bytes'],
  5: ['t', TENSOR],
  7: ['floats', 'float', 'list'],
  8: ['ints', 'int', 'list'],
  9: ['strings', 'bytes', 'list'],
};
const NODE: Message = {
  1: ['input', 'text', 'list'],
  2: ['output', 'text', 'list'],
  3: ['name', 'text'],
  4: ['op', 'text'],
  5: ['attribute', ATTRIBUTE, 'list'],
  7: ['domain', 'text'],
};
const DIMENSION: Message = { 1: ['value', 'int'], 2: ['name', 'text'] };
const VALUE: Message = {
  1: ['name', 'text'],
  2: ['type', { 1: ['tensor', { 1: ['type', 'int'], 2: ['shape', { 1: ['dim', DIMENSION, 'list'] }] }] }],
};
const GRAPH: Message = {
  1: ['node', NODE, 'list'],
  5: ['initializer', TENSOR, 'list'],
  11: ['input', VALUE, 'list'],
  12: ['output', VALUE, 'list'],
  15: ['sparse', 'bytes', 'list'],
};
export const MODEL: Message = {
  7: ['graph', GRAPH],
  8: ['opset', { 1: ['domain', 'text'], 2: ['version', 'int'] }, 'list'],
};
