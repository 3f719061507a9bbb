import { peer } from '../peers.js';

/** Models that are written by onnx-buf and run by onnxruntime-web. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Default float. */
  readonly type?: 'float' | 'int64' | 'int32' | 'bool' | 'float16' | 'double';
}
export type AttributeOf =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Numbers };
export interface NodeOf {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeOf>>;
}
export interface ModelOf {
  readonly opset?: number;
  readonly nodes: readonly NodeOf[];
  /** Sizes that are text are open. */
  readonly inputs: Readonly<
    Record<
      string,
      readonly (number | string)[] | { type: NonNullable<Numbers['type']>; shape: readonly (number | string)[] }
    >
  >;
  readonly outputs: readonly string[];
  readonly initializers?: Readonly<Record<string, Numbers>>;
  /** Types of outputs that are no floats. */
  readonly kinds?: Readonly<Record<string, NonNullable<Numbers['type']>>>;
  /** Writes numbers as lists instead of bytes. */
  readonly lists?: boolean;
}

const TYPES = { float: 1, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;
const bytesOf = ({ type = 'float', data }: Numbers): Uint8Array => {
  const made =
    type === 'float'
      ? Float32Array.from(data)
      : type === 'int32'
        ? Int32Array.from(data)
        : type === 'int64'
          ? BigInt64Array.from(data, BigInt)
          : type === 'double'
            ? Float64Array.from(data)
            : Uint8Array.from(data);
  return new Uint8Array(made.buffer);
};
const tensorOf = (name: string, numbers: Numbers, lists = false): unknown => {
  const { type = 'float', shape, data } = numbers;
  const head = { name, dims: shape.map(BigInt), dataType: TYPES[type] };
  if (!lists) return { ...head, rawData: bytesOf(numbers) };
  if (type === 'float') return { ...head, floatData: [...data] };
  if (type === 'int64') return { ...head, int64Data: data.map(BigInt) };
  return type === 'double' ? { ...head, doubleData: [...data] } : { ...head, int32Data: [...data] };
};
const utf8 = new TextEncoder();
function attributeOf(name: string, given: AttributeOf): unknown {
  if (typeof given === 'number') return { name, type: 2, i: BigInt(given) };
  if (typeof given === 'string') return { name, type: 3, s: utf8.encode(given) };
  if ('float' in given) return { name, type: 1, f: given.float };
  if ('floats' in given) return { name, type: 6, floats: [...given.floats] };
  if ('tensor' in given) return { name, type: 4, t: tensorOf('', given.tensor) };
  return typeof given[0] === 'string'
    ? { name, type: 8, strings: given.map((s) => utf8.encode(s as string)) }
    : { name, type: 7, ints: (given as readonly number[]).map(BigInt) };
}
function infoOf(name: string, type: keyof typeof TYPES, shape?: readonly (number | string)[]): unknown {
  const dim = shape?.map((n) => ({
    value: typeof n === 'number' ? { case: 'dimValue', value: BigInt(n) } : { case: 'dimParam', value: n },
  }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: TYPES[type], ...(dim && { shape: { dim } }) } } },
  };
}

interface Buf {
  create(schema: unknown, value: unknown): unknown;
  toBinary(schema: unknown, message: unknown): Uint8Array;
  fromBinary(schema: unknown, bytes: Uint8Array): Record<string, never>;
}
/** The bytes of a model. */
export async function bytesOfModel(model: ModelOf): Promise<Uint8Array> {
  const [{ create, toBinary }, { ModelProtoSchema }] = await Promise.all([
    peer<Buf>('@bufbuild/protobuf'),
    peer<{ ModelProtoSchema: unknown }>('onnx-buf'),
  ]);
  const { opset = 17, nodes, inputs, outputs, initializers = {}, kinds = {}, lists } = model;
  const message = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(opset) }, ...domainsOf(nodes)],
    graph: {
      name: 'test',
      node: nodes.map(({ op, inputs: input, outputs: output, name = '', domain = '', attributes = {} }) => ({
        ...{ opType: op, input: [...input], output: [...output], name, domain },
        attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
      })),
      input: Object.entries(inputs).map(([name, given]) =>
        'shape' in given ? infoOf(name, given.type, given.shape) : infoOf(name, 'float', given),
      ),
      output: outputs.map((name) => infoOf(name, kinds[name] ?? 'float')),
      initializer: Object.entries(initializers).map(([name, numbers]) => tensorOf(name, numbers, lists)),
    },
  });
  return toBinary(ModelProtoSchema, message);
}
/** The same model with another tensor as its output. */
export async function endingAt(bytes: Uint8Array, tensor: string): Promise<Uint8Array> {
  const [{ create, fromBinary, toBinary }, { ModelProtoSchema, ValueInfoProtoSchema }] = await Promise.all([
    peer<Buf>('@bufbuild/protobuf'),
    peer<{ ModelProtoSchema: unknown; ValueInfoProtoSchema: unknown }>('onnx-buf'),
  ]);
  const message = fromBinary(ModelProtoSchema, bytes) as unknown as { graph: { output: unknown[] } };
  message.graph.output = [create(ValueInfoProtoSchema, infoOf(tensor, 'float'))];
  return toBinary(ModelProtoSchema, message);
}
const domainsOf = (nodes: readonly NodeOf[]): unknown[] =>
  [...new Set(nodes.flatMap(({ domain }) => domain ?? []))].map((domain) => ({ domain, version: 1n }));

interface Ort {
  readonly env: { wasm: { numThreads: number }; logLevel: string };
  readonly Tensor: new (
    type: string,
    data: unknown,
    shape: readonly number[],
  ) => { dims: readonly number[]; data: ArrayLike<number | bigint> };
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options?: unknown,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: unknown): Promise<Record<string, { dims: readonly number[]; data: ArrayLike<number | bigint> }>>;
    }>;
  };
}
/** What onnxruntime computes of inputs, in the file's own order of axes. */
export async function truthOf(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Numbers>>,
): Promise<Record<string, Numbers>> {
  const ort = await peer<Ort>('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  const tensors = Object.entries(feeds).map(([name, numbers]) => {
    const { type = 'float', shape, data } = numbers;
    const values =
      type === 'int64'
        ? BigInt64Array.from(data, BigInt)
        : type === 'int32'
          ? Int32Array.from(data)
          : type === 'bool'
            ? Uint8Array.from(data)
            : Float32Array.from(data);
    return [name, new ort.Tensor(type === 'float' ? 'float32' : type, values, shape)] as const;
  });
  const made = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(
    Object.entries(made).map(([name, { dims, data }]) => [name, { shape: dims, data: Array.from(data, Number) }]),
  );
}

/** Numbers in the order of other axes. */
export function transposed({ shape, data, type }: Numbers, axes: readonly number[]): Numbers {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const into = axes.map((axis) => shape[axis]);
  const values = Array.from({ length: data.length }, (_, at) => {
    let [rest, from] = [at, 0];
    for (let i = into.length - 1; i >= 0; i--) {
      from += (rest % into[i]) * strides[axes[i]];
      rest = Math.floor(rest / into[i]);
    }
    return data[from];
  });
  return { shape: into, data: values, ...(type && { type }) };
}
/** Channels last, and first. */
export const toLast = (numbers: Numbers): Numbers =>
  transposed(numbers, [0, ...numbers.shape.slice(2).map((_, i) => i + 2), 1]);
