import { checkKeys, flag, FormatError, type Model, refuse, shown, UnsupportedError } from '../index.js';
import { textOf } from './bytes.js';
import { isHdf5, openHdf5 } from './hdf5/file.js';
import { type Finder, legacyWeights, savedWeights } from './hdf5/kerasWeights.js';
import { buildKeras } from './keras/build.js';
import type { InputShape } from './keras/inputs.js';
import { field, isFields } from './keras/settings.js';
import { isZip, type ZipEntry, zipEntries } from './zip.js';

export interface FromKerasOptions {
  /** The layer that the model ends with, by its path: 'out_relu', or 'features.out_relu' in a model within the model. A softmax or sigmoid
   *  that this layer ends with is left out. Default: all of the model. */
  upTo?: string;
  /** The shape of one example, or of the inputs by name, in place of what the file says: needed where it leaves sizes open. */
  inputShape?: InputShape;
  /** Leaves out the softmax or sigmoid that the model ends with, so that it gives logits, which losses and `classify` take. Default false. */
  logits?: boolean;
}
const WHERE = 'fromKeras';
/** A file that Keras calls the model's, before its weights and after. */
interface Saved {
  readonly config: unknown;
  readonly version?: string;
  readonly weightsOf: Finder;
}

/** Reads a model that Keras saved, a Sequential or Functional one, with its weights: a `.keras` file of Keras 2.13 or later, or an HDF5 file (`.h5`)
 *  of `model.save`. It becomes a graph of layers with Keras' names as paths, which predicts what Keras does, trains further, and is saved like any
 *  other; batch normalizations are frozen. A softmax or sigmoid at the end is kept: give `logits: true` to train or `classify`.
 *
 *  Throws a FormatError for a damaged file, an UnsupportedError that lists all layers that have no counterpart here, an OptionError where `upTo` is
 *  no layer or the shape of an example is not known.
 *  @example const model = await fromKeras(await readFile('model.keras')) */
export async function fromKeras(bytes: Uint8Array | ArrayBuffer, options: FromKerasOptions = {}): Promise<Model> {
  const given: unknown = bytes;
  const all = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
  if (!(all instanceof Uint8Array))
    return refuse(WHERE, 'bytes', bytes, "a file's bytes, as a Uint8Array or an ArrayBuffer");
  checkKeys(WHERE, options, ['upTo', 'inputShape', 'logits']);
  const { upTo, inputShape } = options;
  const logits = flag(WHERE, 'logits', options.logits ?? false);
  if (upTo !== undefined && (typeof upTo !== 'string' || !upTo))
    refuse(WHERE, 'upTo', upTo, "a layer's path, such as 'out_relu'");
  if (inputShape !== undefined && !/ (Array|Object)\]$/.test(Object.prototype.toString.call(inputShape)))
    refuse(WHERE, 'inputShape', inputShape, 'the shape of one example, like [224, 224, 3], or shapes by name');
  const { config, version, weightsOf } = isZip(all) ? await fromZip(all) : fromHdf5(all);
  return buildKeras(config, { where: WHERE, version, weightsOf, upTo, inputShape, logits });
}

/** A `.keras` file: an archive of a configuration, a version and a file of weights. */
async function fromZip(all: Uint8Array): Promise<Saved> {
  const entries = zipEntries(all, `${WHERE}: the file`);
  const of = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (entry) return entry;
    const names = [...entries.keys()].slice(0, 5).join(', ');
    if (name === WEIGHTS && entries.has('config.json'))
      throw new UnsupportedError(
        `${WHERE}: the weights are not in ${WEIGHTS} (there are ${names}); save the model with model.save('model.keras'), without options`,
      );
    throw new FormatError(
      `${WHERE}: the archive has no ${name}, but ${names}; give the file of model.save('model.keras')`,
    );
  };
  const config = json(textOf(await of('config.json').read()), 'config.json');
  const metadata = entries.has('metadata.json') ? json(textOf(await of('metadata.json').read()), 'metadata.json') : {};
  const root = openHdf5(await of(WEIGHTS).read(), `${WHERE}: ${WEIGHTS}`);
  return {
    config,
    version: versionIn(isFields(metadata) ? field(metadata, 'keras_version') : undefined),
    weightsOf: savedWeights(WHERE, root, config),
  };
}
const WEIGHTS = 'model.weights.h5';

/** An HDF5 file of a whole model. */
function fromHdf5(all: Uint8Array): Saved {
  if (!isHdf5(all))
    throw new FormatError(
      `${WHERE}: the ${all.length} bytes are neither a .keras file nor an HDF5 file; a model of TensorFlow.js is read by fromTfjs`,
    );
  const root = openHdf5(all, `${WHERE}: the file`);
  const text = root.attribute('model_config')?.[0];
  if (text === undefined)
    throw new UnsupportedError(
      `${WHERE}: the file has weights, but no model; save both with model.save('model.keras'), not with save_weights`,
    );
  return {
    config: json(text, 'model_config'),
    version: versionIn(root.attribute('keras_version')?.[0]),
    weightsOf: legacyWeights(WHERE, root),
  };
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError(`${WHERE}: ${name} is no JSON, but ${shown(text)}; the file is damaged`);
  }
}
const versionIn = (version: unknown): string | undefined => (typeof version === 'string' ? version : undefined);
