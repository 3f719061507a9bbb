import { DataError, FormatError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { bytesOf } from './bytes.js';
import type { Dataset } from './columns.js';
import { fromMemory } from './fromMemory.js';

/** Reads an idx array of bytes (the format of MNIST): 0, 0, the type, the number of axes; their sizes, big-endian; the bytes. */
export function readIdx(where: string, given: Uint8Array | ArrayBuffer): { values: Uint8Array; shape: Shape } {
  const bytes = bytesOf(where, given);
  const hex = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join(' ');
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[3] === 0)
    throw new FormatError(
      `${where}: an idx file begins with 00 00, a type and a number of axes; this one with ${hex || 'nothing'}`,
    );
  if (bytes[2] !== 8)
    throw new FormatError(`${where}: the idx type is 0x${hex.slice(6, 8)}; only unsigned bytes (0x08) are read`);
  const axes = bytes[3];
  const start = 4 + 4 * axes;
  if (bytes.length < start)
    throw new FormatError(`${where}: ${bytes.length} bytes are too few for the sizes of ${axes} axes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = start + sizeOf(shape);
  if (bytes.length !== expected)
    throw new FormatError(
      `${where}: ${show(shape)} needs ${expected} bytes and the file has ${bytes.length}; read the whole file`,
    );
  return { values: bytes.subarray(start), shape };
}

/**
 * Makes a set of images and labels from the bytes of decompressed idx files: x [n, height, width, 1], bytes with scale 1/255, and
 * labels. Without labels, a set to predict from. Throws a FormatError for bytes that are not idx.
 * @example dataset.fromIdx(readFileSync('t10k-images-idx3-ubyte'), readFileSync('t10k-labels-idx1-ubyte'))
 */
export function fromIdx(images: Uint8Array | ArrayBuffer, labels?: Uint8Array | ArrayBuffer): Dataset {
  const { values, shape } = readIdx('fromIdx: images', images);
  if (shape.length < 2)
    throw new DataError(`fromIdx: images of shape ${show(shape)} have no rows of pixels; are these the labels?`);
  const y = labels === undefined ? undefined : readIdx('fromIdx: labels', labels);
  if (y && y.shape.length !== 1)
    throw new DataError(`fromIdx: labels of shape ${show(y.shape)} are not one per image; are these the images?`);
  if (y && y.shape[0] !== shape[0])
    throw new DataError(`fromIdx: ${shape[0]} images and ${y.shape[0]} labels; give one label for each image`);
  const example = shape.length === 3 ? [...shape.slice(1), 1] : shape.slice(1);
  return fromMemory({ x: values, shape: example, scale: 1 / 255, ...(y && { y: y.values }) });
}
