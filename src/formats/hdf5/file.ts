import { UnsupportedError } from '../../index.js';
import { Bytes } from '../bytes.js';
import { KIND, type Message, messagesAt } from './header.js';
import { linksOf } from './links.js';
import { attributeOf, type Values, valuesOf } from './values.js';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Whether these bytes begin as an HDF5 file does. */
export const isHdf5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** A group or dataset of an HDF5 file. Nothing is read before it is asked for. */
export class Hdf5Object {
  readonly #bytes: Bytes;
  readonly #messages: readonly Message[];
  #links?: Map<string, number>;

  constructor(bytes: Bytes, address: number) {
    this.#bytes = bytes;
    this.#messages = messagesAt(bytes, address);
  }

  /** The names of a group's objects, in the order of the file, which sorts them by their bytes. */
  get names(): readonly string[] {
    return [...this.#children.keys()];
  }
  /** The object at the end of this path; undefined where there is none. */
  find(...path: readonly string[]): Hdf5Object | undefined {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    const address = this.#children.get(name);
    return address === undefined ? undefined : new Hdf5Object(this.#bytes, address).find(...rest);
  }
  get isDataset(): boolean {
    return this.#messages.some(({ kind }) => kind === KIND.layout);
  }
  /** The texts of an attribute: one, or a list. */
  attribute(name: string): string[] | undefined {
    return attributeOf(this.#bytes, this.#messages, name);
  }
  /** The numbers of a dataset as float32; undefined for a group. Of float32 that lies well, a view of the file. */
  values(): Values | undefined {
    return valuesOf(this.#bytes, this.#messages, this.attribute('dtype')?.[0] === 'bfloat16');
  }

  get #children(): Map<string, number> {
    this.#links ??= linksOf(this.#bytes, this.#messages);
    return this.#links;
  }
}

/** The root group of an HDF5 file: superblocks 0 to 3, groups of both kinds, numbers in one piece. What h5py writes by default, and Keras with it.
 *  Throws a FormatError for damaged files, an UnsupportedError for parts of the format that are not read. */
export function openHdf5(all: Uint8Array, what: string): Hdf5Object {
  const bytes = new Bytes(all, what);
  if (!isHdf5(all)) throw bytes.damaged('it does not begin as an HDF5 file');
  const version = bytes.u8(8);
  const old = version < 2;
  const [offsets, lengths] = old ? [bytes.u8(13), bytes.u8(14)] : [bytes.u8(9), bytes.u8(10)];
  if (version > 3 || offsets !== 8 || lengths !== 8)
    throw new UnsupportedError(
      `${what}: an HDF5 file of version ${version} with addresses of ${offsets} bytes is not read; write it with h5py's defaults`,
    );
  // Version 1 has 4 more bytes before its addresses.
  const addresses = old ? 24 + 4 * version : 12;
  if (bytes.u64(addresses) !== 0)
    throw new UnsupportedError(`${what}: the HDF5 file begins with a block of the user's own; write it without`);
  return new Hdf5Object(bytes, bytes.u64(addresses + (old ? 40 : 24)));
}
