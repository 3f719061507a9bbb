import * as ort from 'onnxruntime-web/wasm';

export const name = 'ONNX Runtime Web';

export async function init() {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
}

// A model is a few nested messages: a field's key, its length, its bytes.
const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
const bytes = (field, content) => [...varint((field << 3) | 2), ...varint(content.length), ...content];
const text = (field, value) => bytes(field, [...new TextEncoder().encode(value)]);
const number = (field, value) => [...varint(field << 3), ...varint(value)];

/** A graph of one MatMul of two inputs of float32. */
function model(a, b) {
  const tensor = (label, shape) => {
    const dimensions = shape.flatMap((n) => bytes(1, number(1, n)));
    const type = bytes(1, [...number(1, 1), ...bytes(2, dimensions)]);
    return [...text(1, label), ...bytes(2, type)];
  };
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'y'), ...text(4, 'MatMul')];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'product'),
    ...bytes(11, tensor('a', a)),
    ...bytes(11, tensor('b', b)),
    ...bytes(12, tensor('y', [a[0], b[1]])),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, 13)])]);
}

/** It has no product with a transposed operand, only AB. */
export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  if (transposeA || transposeB) return undefined;
  const feeds = { a: new ort.Tensor('float32', left, a), b: new ort.Tensor('float32', right, b) };
  let session;
  return {
    async steps(n) {
      session ??= await created(model(a, b));
      let first = 0;
      for (let i = 0; i < n; i++) first = (await session.run(feeds)).y.data[0];
      return first;
    },
  };
}

/** Creates a session. In Node the library leaves a global Worker behind, which would make other libraries believe that
 *  they may use threads. */
async function created(bytes) {
  const { Worker } = globalThis;
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  } finally {
    if (Worker) globalThis.Worker = Worker;
    else delete globalThis.Worker;
  }
}
