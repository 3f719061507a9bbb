import { checkKeys, flag, FormatError, type Model, refuse, shown } from '../index.js';
import { fromGraphModel } from './graphModel/fromGraphModel.js';
import { type JsonFile, jsonOf } from './json.js';
import { buildKeras } from './keras/build.js';
import type { InputShape } from './keras/inputs.js';
import { field, type Fields, isFields } from './keras/settings.js';
import { type TfjsWeights, weightsOf } from './tfjs/manifest.js';
import { WeightNames } from './tfjs/names.js';

export interface FromTfjsOptions {
  /** The layer that the model ends with, by its path: 'out_relu', or 'features.out_relu' in a model within the model. A softmax or sigmoid
   *  that this layer ends with is left out. Default: all of the model. */
  upTo?: string;
  /** The shape of one example, such as [96, 96, 3], where the file leaves sizes open, or in place of the file's; by name for several
   *  inputs. */
  inputShape?: InputShape;
  /** Leaves out the softmax or sigmoid that the model ends with, so that it gives logits, which losses and `classify` take. Default false. */
  logits?: boolean;
}

/** Imports a model of TensorFlow.js: a LayersModel, of Keras through its converter, in the spellings of Keras 2 and 3, or saved by TF.js, or a
 *  GraphModel, a list of operations. `modelJson` is the
 *  value, text or bytes of model.json; `weights` are the bytes of its weights, one file, a list of them in order, or bytes by path; also
 *  quantized ones. The result is a model as `nn.graph` makes it, whose layers have their names in Keras as paths: it is trained, saved and sent to
 *  workers like any other. Batch normalizations are frozen, and what Keras does in training only, such as RandomFlip, is left out.
 *
 *  A softmax or sigmoid that the model ends with is a layer of its own, 'predictions_softmax' behind 'predictions': `predict` then gives probabilities,
 *  as in Keras. Losses and `classify` take logits: give `logits: true`, or `upTo` for the features before the last layer.
 *
 *  Throws an UnsupportedError that lists all layers which have no counterpart, a FormatError for files that are damaged or do not belong
 *  together, an OptionError where sizes are open or `upTo` is no layer.
 *  @example
 *  const model = fromTfjs(await readFile('model.json'), await readFile('weights.bin'), { upTo: 'out_relu' }) */
export function fromTfjs(modelJson: JsonFile, weights: TfjsWeights, options: FromTfjsOptions = {}): Model {
  return importTfjs('fromTfjs', modelJson, weights, options);
}

/** Imports a model for the function that errors name. */
export function importTfjs(where: string, modelJson: unknown, weights: unknown, options: FromTfjsOptions): Model {
  checkKeys(where, options, ['upTo', 'inputShape', 'logits']);
  const { upTo, inputShape } = options;
  const logits = flag(where, 'logits', options.logits ?? false);
  if (upTo !== undefined && (typeof upTo !== 'string' || !upTo))
    refuse(where, 'upTo', upTo, "a layer's path, such as 'out_relu'");
  if (inputShape !== undefined && !Array.isArray(inputShape) && !areNamed(inputShape))
    refuse(where, 'inputShape', inputShape, 'the shape of one example, like [224, 224, 3], or shapes by name');
  const model = jsonOf(where, 'modelJson', modelJson);
  if (!isFields(model))
    throw new FormatError(`${where}: modelJson is ${shown(model)}, not an object; give all of model.json`);
  const topology = field(model, 'modelTopology');
  if (!isFields(topology))
    throw new FormatError(`${where}: modelJson has no modelTopology; give the model.json of TensorFlow.js`);
  if (field(model, 'format') === 'graph-model' || Array.isArray(field(topology, 'node')))
    return fromGraphModel(model, weightsOf(where, model, weights), { where, upTo, inputShape, logits });
  const names = new WeightNames(where, weightsOf(where, model, weights));
  return buildKeras(configIn(where, topology), {
    weightsOf: (layer, wanted) => names.values(layer, wanted),
    ...{ where, upTo, inputShape, logits, version: versionIn(topology) },
  });
}

/** Whether these are values by name, of which there is at least one. */
const areNamed = (x: unknown): boolean =>
  Object.prototype.toString.call(x) === '[object Object]' && Object.keys(x as object).length > 0;
/** The network's configuration: the topology itself, or its model_config, which may be text. */
function configIn(where: string, topology: Fields): unknown {
  const config = field(topology, 'model_config') ?? topology;
  return typeof config === 'string' ? jsonOf(where, 'model_config', config) : config;
}
const versionIn = (topology: Fields): string | undefined => {
  const version = field(topology, 'keras_version');
  return typeof version === 'string' ? version : undefined;
};
