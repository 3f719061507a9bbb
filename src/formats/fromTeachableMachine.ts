import { built, FormatError, type Pipeline, RawModel, shown } from '../index.js';
import { importTfjs } from './fromTfjs.js';
import { type JsonFile, jsonOf } from './json.js';
import { field, isFields } from './keras/settings.js';
import type { TfjsWeights } from './tfjs/manifest.js';

/** Imports what Teachable Machine exports for TensorFlow.js: model.json, weights.bin and metadata.json. The result is a pipeline whose
 *  `classify` gives the names of the classes, and which can be trained further. Its model gives logits: the softmax at the end is left
 *  out. Images are [224, 224, 3] with pixels from −1 to 1: x / 127.5 − 1.
 *
 *  Throws a FormatError where the metadata has no labels, or not one for each output; else what `fromTfjs` throws.
 *  @example
 *  const model = fromTeachableMachine(await readFile('model.json'), await readFile('weights.bin'), await readFile('metadata.json'))
 *  const { labels } = model.classify([[0.2, 0.4, 0.1]]) */
export function fromTeachableMachine(modelJson: JsonFile, weights: TfjsWeights, metadataJson: JsonFile): Pipeline {
  const where = 'fromTeachableMachine';
  const metadata = jsonOf(where, 'metadataJson', metadataJson);
  const labels = isFields(metadata) ? (field(metadata, 'labels') ?? field(metadata, 'wordLabels')) : undefined;
  if (!Array.isArray(labels) || !labels.length || !labels.every((label) => typeof label === 'string'))
    throw new FormatError(
      `${where}: the labels in metadataJson are ${shown(labels)}; give the metadata.json of the export`,
    );
  const model = importTfjs(where, modelJson, weights, { logits: true });
  const [, ...shape] = built(model).blueprint.output;
  if (shape.length !== 1 || shape[0] !== labels.length)
    throw new FormatError(
      `${where}: metadataJson has ${labels.length} labels, and the model's output is [${shape.join(', ')}]; give the three files of one export`,
    );
  return new RawModel([], model, { kind: 'classes', classNames: labels as string[] });
}
