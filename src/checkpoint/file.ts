import { FormatError, UnsupportedError } from '../errors.js';
import type { Shape } from '../graph/shape.js';
import { sha256 } from '../hash/sha256.js';
import { type Contents, parse, type Stored, write } from '../io/format.js';
import { metadataOf, TRAINING } from '../io/safetensors.js';
import type { Inside } from '../nn/model.js';
import type { AnyRaw } from '../pipeline/raw.js';
import type { Numbers } from '../train/rollback.js';
import type { Position, Snapshot } from '../train/snapshot.js';
import type { Identity } from './identity.js';
import { checkIdentity, checkPosition } from './position.js';

// A checkpoint is a safetensors file: the parameters by their paths, so that it can be loaded as a model; everything else that a training
// carries under names that begin with '#'; everything else than numbers in its metadata; and a checksum of all of it.
const SUM = 'regulus.sha256';
const NO_SUM = /*#__PURE__*/ '0'.repeat(64);
const FORMAT = 1;

/** The training's entry in the metadata. */
export interface Described {
  readonly format: number;
  readonly identity: Identity;
  readonly position: Position;
}

/** Encodes values that JSON lacks: NaN, infinities and −0 become { number: 'NaN' } and so on. */
const packed = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: Object.is(value, -0) ? '-0' : String(value) }
    : value;
const unpacked = (_: string, value: unknown): unknown => {
  const text = (value as { number?: unknown } | null)?.number;
  return typeof text === 'string' && Object.keys(value as object).length === 1 ? Number(text) : value;
};

const vector = (values: Float32Array): Stored => ({ shape: [values.length], values });
const numbersOf = (prefix: string, { parameters, carried }: Numbers): [string, Stored][] => [
  ...parameters.map((values, i): [string, Stored] => [`#${prefix}parameters.${i}`, vector(values)]),
  ...carried.map((values, i): [string, Stored] => [`#${prefix}carried.${i}`, vector(values)]),
];
const listOf = (name: string, list: readonly Float32Array[] = []): [string, Stored][] =>
  list.map((values, i) => [`#${name}.${i}`, vector(values)]);

/** Splits a flat vector into the parameters, by their paths. */
function byPath(
  { parameters: { segments } }: Required<Inside>,
  [theta, buffers]: readonly Float32Array[],
): [string, Stored][] {
  return segments.map(({ name, shape, size, offset, trainable }) => {
    const values = (trainable ? theta : buffers).subarray(offset, offset + size);
    return [name, { shape, values }];
  });
}

/** Encodes a snapshot as a file. */
export async function encoded(
  snapshot: Snapshot,
  identity: Identity,
  whole: AnyRaw,
  inside: Required<Inside>,
): Promise<Uint8Array> {
  const { position, numbers, best, back, first } = snapshot;
  const tensors = new Map([
    ...byPath(inside, numbers.parameters),
    ...listOf('carried', numbers.carried),
    ...listOf('best', best),
    ...(back ? numbersOf('back.', back) : []),
    ...listOf('first', first),
  ]);
  const described: Described = { format: FORMAT, identity, position };
  const file = write(tensors, {
    [SUM]: NO_SUM,
    ...recipeOf(whole),
    [TRAINING]: JSON.stringify(described, packed),
  });
  const { at, sum } = await sumOf(file);
  file.set(new TextEncoder().encode(sum), at);
  return file;
}

/** The metadata from which the model is rebuilt; empty where a file cannot hold it. */
function recipeOf(whole: AnyRaw): Record<string, string> {
  try {
    return metadataOf(whole);
  } catch (error) {
    if (error instanceof UnsupportedError) return {};
    throw error;
  }
}

/** Computes a file's checksum with the checksum itself blanked out, and finds its position. */
export async function sumOf(file: Uint8Array): Promise<{ at: number; sum: string; found: string }> {
  const length = Number(new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true));
  const header = file.slice(0, 8 + length);
  const mark = `"${SUM}":"`;
  const at = indexOf(header, new TextEncoder().encode(mark)) + mark.length;
  const found = new TextDecoder().decode(header.subarray(at, at + NO_SUM.length));
  header.fill(0x30, at, at + NO_SUM.length);
  const parts = await Promise.all([sha256(header), sha256(file.subarray(8 + length))]);
  return { at, found, sum: await sha256(new TextEncoder().encode(parts.join(''))) };
}

function indexOf(bytes: Uint8Array, word: Uint8Array): number {
  for (let at = bytes.indexOf(word[0]); at >= 0; at = bytes.indexOf(word[0], at + 1))
    if (word.every((byte, i) => bytes[at + i] === byte)) return at;
  throw new FormatError('resume: the file has no checksum; it is not a checkpoint');
}

/** The contents of a checkpoint file. */
export interface Checkpointed extends Described {
  readonly tensors: Contents['tensors'];
}

/** Reads a checkpoint. Throws a FormatError for other and for damaged files. */
export async function decoded(bytes: Uint8Array): Promise<Checkpointed> {
  const { tensors, metadata } = parse(bytes);
  const text = metadata.get(TRAINING);
  if (text === undefined) throw new FormatError('resume: the file is a model, not a checkpoint of a training');
  const { sum, found } = await sumOf(bytes);
  if (sum !== found) throw new FormatError('resume: the checksum is not that of the file; it is damaged');
  let described: Described;
  try {
    described = JSON.parse(text, unpacked) as Described;
  } catch (cause) {
    throw new FormatError('resume: what the checkpoint says of its training is not JSON', { cause });
  }
  if (described?.format !== FORMAT)
    throw new FormatError(
      `resume: the checkpoint has format ${String(described?.format)}, this version reads ${FORMAT}`,
    );
  checkIdentity(described.identity);
  checkPosition(described.position);
  return { ...described, tensors };
}

/** Collects the vectors stored as name.0, name.1 and so on. */
function vectors(tensors: Contents['tensors'], name: string): Float32Array[] {
  const found: Float32Array[] = [];
  for (let next = tensors.get(`#${name}.0`); next; next = tensors.get(`#${name}.${found.length}`))
    found.push(next.values);
  return found;
}

/** Decodes the snapshot in a checkpoint, for a model that is built. */
export function snapshotOf({ position, tensors }: Checkpointed, { parameters: own }: Required<Inside>): Snapshot {
  const parameters = [own.theta, own.buffers].map(({ size }) => new Float32Array(size));
  for (const { name, offset, size, shape, trainable } of own.segments) {
    const stored = tensors.get(name);
    if (stored?.values.length !== size)
      throw new FormatError(`resume: the checkpoint has no ${name} of [${(shape as Shape).join(', ')}]`);
    parameters[trainable ? 0 : 1].set(stored.values, offset);
  }
  const list = (name: string): Float32Array[] | undefined => {
    const found = vectors(tensors, name);
    return found.length ? found : undefined;
  };
  const back = list('back.parameters');
  const [best, first] = [list('best'), list('first')];
  return {
    position,
    numbers: { parameters, carried: vectors(tensors, 'carried') },
    ...(best && { best }),
    ...(first && { first }),
    ...(back && { back: { parameters: back, carried: vectors(tensors, 'back.carried') } }),
  };
}
